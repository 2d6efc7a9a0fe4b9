-- Who is visited: children in the ledger by sex, ethnicity (of the majority or another) and certified disability, how many
-- were flagged and visited, and how often it was found true. Reads: ledger.entry, ledger.profile, ledger.flag, ledger.fact,
-- followup.item, followup.visit, conformed.source_record, identity.member.  Binds: county_code, null for all.
with child as (
    select
        profile.child_id,
        coalesce(profile.sex, '') as sex,
        coalesce(
            (
                select case when record.ethnicity_code = '01' then 'han' else 'other' end
                from identity.member as member
                join conformed.source_record as record using (source_record_id)
                where member.child_id = profile.child_id
                    and record.ethnicity_code is not null
                order by record.as_of_date desc, record.source_record_id
                limit 1
            ),
            ''
        ) as ethnicity,
        case
            when exists (
                select 1
                from ledger.fact as fact
                where fact.child_id = profile.child_id
                    and fact.kind = 'disability_type'
            ) then 'certified'
            else 'none'
        end as disability
    from ledger.profile as profile
    join ledger.entry as entry on entry.child_id = profile.child_id and entry.left_date is null
    where entry.tier in ('monitored', 'candidate')
        and coalesce(CAST(:county_code AS text), entry.county_code) = entry.county_code
),
asked as (
    select
        flag.child_id,
        count(*) as raised,
        count(*) filter (
            where exists (
                select 1
                from followup.visit as visit
                join followup.item as item using (item_id)
                where item.flag_id = flag.flag_id
                    and visit.outcome <> 'desk_checked'
            )
        ) as visited,
        count(*) filter (where flag.status = 'confirmed') as confirmed,
        count(*) filter (where flag.status in ('confirmed', 'dismissed')) as answered
    from ledger.flag as flag
    where flag.status <> 'withdrawn'
    group by flag.child_id
)
select
    part.dimension,
    part.value,
    count(*) as children,
    coalesce(sum(asked.raised), 0) as raised,
    coalesce(sum(asked.visited), 0) as visited,
    coalesce(sum(asked.answered), 0) as answered,
    coalesce(sum(asked.confirmed), 0) as confirmed
from child
cross join lateral (
    values ('sex', child.sex), ('ethnicity', child.ethnicity), ('disability', child.disability)
) as part (dimension, value)
left join asked using (child_id)
group by part.dimension, part.value
order by part.dimension, part.value;
