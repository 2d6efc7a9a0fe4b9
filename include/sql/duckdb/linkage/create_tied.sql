-- What ties each record of the dirty units to its child: another record of its unit, or the strongest edge used.
-- Reads: record, dirty, decided.
create or replace temp table tied as
with mine as (
    select rid, unit, id_number from record where unit in (select unit from dirty)
), inside as (
    select
        rid,
        case when id_number is null then 'same_statement' else 'exact_id' end as route,
        null::double as weight,
        case when rid = min(rid) over unit_of then max(rid) over unit_of else min(rid) over unit_of end as other,
        null::bigint as low,
        null::bigint as high
    from mine
    window unit_of as (partition by unit)
), across as (
    select unit, route, weight, other, low, high
    from (
        select low as unit, route, weight, high_record as other, low, high from decided where used
        union all
        select high, route, weight, low_record, low, high from decided where used
    )
    qualify row_number() over (partition by unit order by weight desc, low, high) = 1
)
select
    mine.rid,
    mine.unit,
    case when inside.other <> mine.rid then inside.route else coalesce(across.route, 'alone') end as route,
    case when inside.other <> mine.rid then null else across.weight end as weight,
    case when inside.other <> mine.rid then inside.other else across.other end as other,
    case when inside.other <> mine.rid then null else across.low end as low,
    case when inside.other <> mine.rid then null else across.high end as high
from mine
join inside using (rid)
left join across on across.unit = mine.unit;
