-- Route `number` where name or birth date differ. A pet name whose birth date is unknown may be a sibling's, whose number was
-- typed in, and so may a name only near whose day is another's.
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
        months_apart(l, r) as months,
        coalesce(l.spelt.pet, r.spelt.pet) is not null as petted,
        coalesce(l.sex <> r.sex, false) as contradicts,
        case when l.unit < r.unit then l.rid else r.rid end as low_record,
        case when l.unit < r.unit then r.rid else l.rid end as high_record
    from pair
    join face as l on l.rid = pair.one
    join face as r on r.rid = pair.other
    where pair.route = 'number'
        and (l.name is distinct from r.name or l.birth is distinct from r.birth)
), weighed as (
    select
        *,
        case
            when contradicts and coalesce(name, 0) < 4 then 8
            when name >= 3 and birth >= 2 then 36
            when name = 5 and (coalesce(birth, 1) >= 1 or months < 8) then 34
            when name >= 3 and household and (name = 5 or coalesce(birth, 1) >= 1 or months < 8) then 30
            when name is null and birth >= 2 then 30
            when name = 1 and birth >= 1 then 28
            when name is null and birth = 1 and months < 8 then 26
            when name is null and household and (birth is null and not petted or birth = 1 or months < 8) then 20
            when name = 2 and birth >= 1 and months < 8 then 20
            when name = 0 and birth = 3 and household then 20
            when name >= 3 or birth = 3 or name is null and birth is null then 8
        end as weight
    from (select *, case when likeness >= telling then likeness end as name from met)
)
select
    low, high, 'number', max(weight), max(weight) >= 20, max(name), max(birth), bool_or(household), true,
    arg_max(low_record, (weight, -low_record, -high_record)), arg_max(high_record, (weight, -low_record, -high_record))
from weighed
where weight is not null
group by low, high;
