-- What bounds a cluster: the number of a firm unit, and what a child has one of. Reads: edge, dirty, unit, record.
with met as (
    select low as unit from edge where low in (select unit from dirty)
    union
    select high from edge where low in (select unit from dirty)
)
select
    unit.unit,
    any_value(unit.records)::bigint as records,
    coalesce(any_value(case when unit.firm then unit.id_number end), 0) as id_number,
    coalesce(max(record.school_roll) filter (record.roll_system = 'G'), 0) as roll_g,
    coalesce(max(record.school_roll) filter (record.roll_system = 'J'), 0) as roll_j,
    coalesce(max(record.school_roll) filter (record.roll_system = 'L'), 0) as roll_l,
    coalesce(max(record.birth_certificate), 0) as birth_certificate
from unit
join record using (unit)
semi join met using (unit)
group by unit.unit
order by unit.unit;
