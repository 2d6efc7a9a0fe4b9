-- Route `repair`: one slip away from the damaged number stands exactly one known child's number.
-- Reads: pair, face. Writes: edge.
insert into edge (
    low, high, route, weight, links, name, birth, household, number, low_record, high_record
)
with met as materialized (
    select
        least(l.unit, r.unit) as low,
        greatest(l.unit, r.unit) as high,
        likeness(l.spelt, r.spelt) as likeness,
        telling(l, r) as telling,
        nearness(l, r) as birth,
        household(l, r) as household,
        same_number(l, r) as number,
        coalesce(l.sex <> r.sex, false) as contradicts,
        case when l.unit < r.unit then l.rid else r.rid end as low_record,
        case when l.unit < r.unit then r.rid else l.rid end as high_record
    from pair
    join face as l on l.rid = pair.one
    join face as r on r.rid = pair.other
    where pair.route = 'repair'
        and l.unit <> r.unit
), weighed as (
    select
        *,
        case
            when contradicts then 8
            when name >= 3 and coalesce(birth, 1) >= 1 then 36
            when name is null and birth >= 2 and household then 26
            when name = 1 and birth = 3 then 26
            when name = 2 and birth = 3 then 20
        end as weight
    from (select *, case when likeness >= telling then likeness end as name from met)
)
select
    low, high, 'repair', max(weight), max(weight) >= 20, max(name), max(birth), bool_or(household), bool_or(number),
    arg_max(low_record, (weight, -low_record, -high_record)), arg_max(high_record, (weight, -low_record, -high_record))
from weighed
where weight is not null
group by low, high;
