-- Flags of a child number that turned out to be another go with it: one of each kind of evidence, an answered one before
-- an open one, and none that the other child already has. Writes: ledger.flag.
with moving as (
    select
        flag.flag_id,
        child.merged_into,
        row_number() over (
            partition by child.merged_into, flag.flag_code, flag.evidence_fingerprint
            order by flag.status in ('confirmed', 'dismissed') desc, flag.flag_id
        ) as place
    from ledger.flag as flag
    join identity.child as child using (child_id)
    where child.merged_into is not null
        and not exists (
            select 1
            from ledger.flag as twin
            where twin.child_id = child.merged_into
                and twin.flag_code = flag.flag_code
                and twin.evidence_fingerprint = flag.evidence_fingerprint
        )
)
update ledger.flag as flag
set child_id = moving.merged_into
from moving
where moving.flag_id = flag.flag_id
    and moving.place = 1;
