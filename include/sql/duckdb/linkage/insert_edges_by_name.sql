-- Routes `number` and `composite`: name and birth date are equal, and so is a number a child has one of, or something
-- of the household. A name twins may share makes a fragile link.
-- Reads: pair, face. Writes: edge.
insert into edge (
    low, high, route, weight, links, name, birth, household, number, low_record, high_record,
    fragile
)
with met as materialized (
    select
        least(l.unit, r.unit) as low,
        greatest(l.unit, r.unit) as high,
        same_number(l, r) as number,
        household(l, r) as household,
        l.shared as shared,
        contrary_number(l, r) and not same_number(l, r) as contrary,
        coalesce(l.sex <> r.sex, false) as contradicts,
        disputed(l, r)
        and not coalesce(l.guardian_id = r.guardian_id, false) and not coalesce(l.phone = r.phone, false) as disputed,
        case when l.unit < r.unit then l.rid else r.rid end as low_record,
        case when l.unit < r.unit then r.rid else l.rid end as high_record
    from pair
    join face as l on l.rid = pair.one
    join face as r on r.rid = pair.other
    where pair.route = 'name'
)
select
    low, high,
    case when bool_or(number) then 'number' else 'composite' end,
    case
        when bool_or(number and not contradicts) then 45
        when bool_or(not contradicts and not shared) and bool_or(contrary) then 39
        when bool_or(not contradicts and not shared) then 40
        when bool_or(not contradicts) then 20
        when bool_or(number) then 30
        else 12
    end,
    bool_or(number or not contradicts) and (bool_or(number or not shared) or not bool_or(contrary))
    and bool_or(number or not disputed),
    5, 3, bool_or(household), bool_or(number),
    min_by(low_record, (low_record, high_record)), min_by(high_record, (low_record, high_record)),
    not bool_or(number or not shared)
from met
group by low, high;
