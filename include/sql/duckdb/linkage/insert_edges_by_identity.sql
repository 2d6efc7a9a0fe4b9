-- Route `identity`: units of one child's number and different names. A name that differs by one character may be a
-- twin's, and one that differs by more may be a sibling's: those need more than the number, and a birth date that is not
-- only read from it. One without a name is the child's where the home is one and the day nearly right: no sister or brother is
-- born within eight months. Another name, sex and day under one number are a sister's or brother's, whose number was typed in.
-- Reads: pair, face. Writes: edge.
insert into edge (
    low, high, route, weight, links, name, birth, household, number, low_record, high_record
)
with met as materialized (
    select
        l.unit as low, r.unit as high,
        likeness(l.spelt, r.spelt) as likeness,
        telling(l, r) as telling,
        nearness(l, r) as birth,
        months_apart(l, r) as months,
        household(l, r) as household,
        coalesce(l.village = r.village, false) as village,
        l.dated and r.dated as dated,
        l.agrees or r.agrees as agrees,
        l.birth // 10000 = r.birth // 10000 as year,
        nameless(l.spelt, r.spelt) as nameless,
        same_number(l, r) as number,
        contrary_number(l, r) and not same_number(l, r) as contrary,
        coalesce(l.sex <> r.sex, false) as contradicts,
        l.rid as low_record, r.rid as high_record
    from pair
    join face as l on l.rid = pair.one
    join face as r on r.rid = pair.other
    where pair.route = 'identity'
), weighed as (
    select
        *,
        case
            when contradicts and coalesce(name, 0) < 5 then if(name >= 2 or birth >= 1, 8, null)
            when name >= 3 and coalesce(birth, 1) >= 1 then 38
            when name = 5 and not contrary and (agrees or coalesce(birth, 1) > 0) then 26
            when number and birth >= 2 then 34
            when name is null and birth >= 2 and dated and not nameless then 30
            when name = 1 and birth >= 1 then 28
            when name is null and birth = 1 and year and dated and not nameless then 26
            when name = 2 and birth >= 1 and year and dated then 20
            when nameless and birth = 3 and dated and household then 20
            when name is null and (birth = 1 or months < 8) and dated and household then 20
            when name = 0 and birth >= 1 and year and dated and (household or village) then 20
            when birth >= 2 then if(dated, 12, 8)
        end as weight
    from (select *, case when likeness >= telling then likeness end as name from met)
)
select
    low, high, 'identity', max(weight), max(weight) >= 20, max(name), max(birth), bool_or(household), bool_or(number),
    arg_max(low_record, (weight, -low_record, -high_record)), arg_max(high_record, (weight, -low_record, -high_record))
from (
    select * replace (case when weight <= 28 and bool_or(contrary) over (partition by low, high) then 8 else weight end as weight)
    from weighed
)
where weight is not null
group by low, high;
