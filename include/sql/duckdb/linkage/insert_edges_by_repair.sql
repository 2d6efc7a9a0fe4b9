-- Route `repair`: one slip away from the damaged number stands exactly one known child's number.
-- Reads: repairable, rechecked, unit, record, spelling, day. Writes: edge.
insert into edge (
    low, high, route, weight, links, name, birth, household, number, low_record, high_record
)
with known as (
    select repairable.rid, any_value(unit.id_number) as id_number
    from repairable
    join unit on unit.id_number = repairable.candidate
    where repairable.rid in (select unit from rechecked)
    group by repairable.rid
    having count(distinct unit.id_number) = 1
), met as materialized (
    select
        least(l.unit, r.unit) as low,
        greatest(l.unit, r.unit) as high,
        likeness(ln, rn) as name,
        nearness(ld, rd) as birth,
        household(l, r) as household,
        same_number(l, r) as number,
        coalesce(l.sex <> r.sex, false) as contradicts,
        case when l.unit < r.unit then l.rid else r.rid end as low_record,
        case when l.unit < r.unit then r.rid else l.rid end as high_record
    from known
    join record as l on l.rid = known.rid
    join record as r on r.id_number = known.id_number and r.unit <> l.unit
    left join spelling as ln on ln.name_key = l.name
    left join spelling as rn on rn.name_key = r.name
    left join day as ld on ld.birth = l.birth
    left join day as rd on rd.birth = r.birth
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
    from met
)
select
    low, high, 'repair', max(weight), max(weight) >= 20, max(name), max(birth), bool_or(household), bool_or(number),
    arg_max(low_record, (weight, -low_record, -high_record)), arg_max(high_record, (weight, -low_record, -high_record))
from weighed
where weight is not null
group by low, high;
