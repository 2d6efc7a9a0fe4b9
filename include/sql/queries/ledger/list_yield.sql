-- The yield card: per rule, source and county what was raised, seen, found true, found false and by which verdict, and how
-- many days it took in the middle. Reads: ledger.flag, followup.item, followup.visit.  Binds: county_code, null for all.
with asked as (
    select
        flag.flag_code,
        (select string_agg(distinct piece.feed, '+' order by piece.feed) from ledger.pieces(flag.evidence) as piece) as source,
        flag.county_code,
        flag.status,
        flag.verdict,
        flag.ended_date - flag.raised_date as days,
        coalesce(seen.is_visited, false) as is_visited,
        coalesce(seen.is_checked, false) as is_checked
    from ledger.flag as flag
    left join (
        select
            item.flag_id,
            bool_or(visit.outcome <> 'desk_checked') as is_visited,
            bool_or(visit.outcome = 'desk_checked') as is_checked
        from followup.visit as visit
        join followup.item as item using (item_id)
        group by item.flag_id
    ) as seen using (flag_id)
    where flag.status <> 'withdrawn'
        and coalesce(CAST(:county_code AS text), flag.county_code) = flag.county_code
),
found_false as (
    select flag_code, source, county_code, jsonb_object_agg(verdict, times) as verdicts
    from (
        select flag_code, source, county_code, verdict, count(*) as times
        from asked
        where status = 'dismissed'
        group by flag_code, source, county_code, verdict
    ) as counted
    group by flag_code, source, county_code
)
select
    asked.flag_code,
    asked.source,
    asked.county_code,
    count(*) as raised,
    count(*) filter (where asked.is_visited) as visited,
    count(*) filter (where asked.is_checked) as desk_checked,
    count(*) filter (where asked.status = 'confirmed') as confirmed,
    count(*) filter (where asked.status = 'dismissed') as found_false,
    coalesce(found_false.verdicts, '{}') as verdicts,
    percentile_disc(0.5) within group (order by asked.days)
        filter (where asked.status in ('confirmed', 'dismissed')) as median_days
from asked
left join found_false
    on found_false.flag_code = asked.flag_code
    and found_false.source is not distinct from asked.source
    and found_false.county_code = asked.county_code
group by asked.flag_code, asked.source, asked.county_code, found_false.verdicts
order by asked.flag_code, asked.source, asked.county_code;
