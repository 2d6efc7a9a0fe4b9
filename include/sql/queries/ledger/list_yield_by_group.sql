-- Who is visited: children who are or were in the ledger by sex, ethnicity (of the majority or another) and certified disability,
-- how often they were flagged and visited, and how often it was found true; of all rules (flag_code null), and of each.
-- Reads: ledger.entry, ledger.profile, ledger.flag, ledger.fact, followup.item, followup.visit, conformed.source_record,
-- identity.member.  Binds: county_code, null for all.
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
    where exists (
        select 1
        from ledger.entry as entry
        where entry.child_id = profile.child_id
            and entry.tier in ('monitored', 'candidate')
            and coalesce(CAST(:county_code AS text), entry.county_code) = entry.county_code
    )
),
member as (
    select child.child_id, part.dimension, part.value
    from child
    cross join lateral (
        values ('sex', child.sex), ('ethnicity', child.ethnicity), ('disability', child.disability)
    ) as part (dimension, value)
),
asked as (
    select
        flag.child_id,
        flag.flag_code,
        exists (
            select 1
            from followup.visit as visit
            join followup.item as item using (item_id)
            where item.flag_id = flag.flag_id
                and visit.outcome <> 'desk_checked'
        ) as is_visited,
        flag.status
    from ledger.flag as flag
    where flag.status <> 'withdrawn'
        and coalesce(CAST(:county_code AS text), flag.county_code) = flag.county_code
),
population as (
    select dimension, value, count(*) as children
    from member
    group by dimension, value
)
select
    population.dimension,
    population.value,
    asked.flag_code,
    population.children,
    count(asked.status) as raised,
    count(*) filter (where asked.is_visited) as visited,
    count(*) filter (where asked.status in ('confirmed', 'dismissed')) as answered,
    count(*) filter (where asked.status = 'confirmed') as confirmed
from population
join member using (dimension, value)
left join asked using (child_id)
group by grouping sets (
    (population.dimension, population.value, population.children),
    (population.dimension, population.value, population.children, asked.flag_code)
)
having grouping(asked.flag_code) = 1 or asked.flag_code is not null
order by grouping(asked.flag_code) desc, asked.flag_code, population.dimension, population.value;
