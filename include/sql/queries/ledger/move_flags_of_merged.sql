-- Flags of touched children go where their evidence goes: with a child number that turned out to be another, and with the records a wrong link
-- had brought to another child; one of each kind of evidence, an answered one before an open one, and none that the other
-- child already has. Reads: touched, identity.child, identity.member. Writes: ledger.flag.
with cited as (
    select
        flag.flag_id,
        coalesce(
            case when min(member.child_id) = max(member.child_id) then min(member.child_id) end, min(child.merged_into)
        ) as child_id
    from ledger.flag as flag
    join identity.child as child using (child_id)
    left join lateral jsonb_array_elements(flag.evidence) as piece on true
    left join identity.member as member on member.source_record_id = CAST(piece ->> 'source_record_id' AS bigint)
    where flag.status <> 'withdrawn'
        and flag.child_id in (select child_id from touched)
    group by flag.flag_id
),
moving as (
    select
        flag.flag_id,
        cited.child_id,
        row_number() over (
            partition by cited.child_id, flag.flag_code, flag.evidence_fingerprint
            order by flag.status in ('confirmed', 'dismissed') desc, flag.flag_id
        ) as place
    from cited
    join ledger.flag as flag using (flag_id)
    where cited.child_id <> flag.child_id
        and not exists (
            select 1
            from ledger.flag as twin
            where twin.child_id = cited.child_id
                and twin.flag_code = flag.flag_code
                and twin.evidence_fingerprint = flag.evidence_fingerprint
                and twin.status <> 'withdrawn'
        )
)
update ledger.flag as flag
set child_id = moving.child_id
from moving
where moving.flag_id = flag.flag_id
    and moving.place = 1;
