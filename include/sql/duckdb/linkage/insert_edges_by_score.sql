-- Route `probabilistic`: what the model says, unless twins or siblings explain the pair as well: born on one day in one
-- household with names that differ, or of another sex. Reads: scored, record, spelling, day. Writes: edge.
-- Binds: link_from, review_from (bits).
insert into edge
with met as (
    select
        least(l.unit, r.unit) as low,
        greatest(l.unit, r.unit) as high,
        scored.weight,
        likeness(ln, rn) as name,
        nearness(ld, rd) as birth,
        household(l, r) as household,
        same_number(l, r) as number,
        coalesce(l.sex <> r.sex, false) as contradicts,
        case when l.unit < r.unit then l.rid else r.rid end as low_record,
        case when l.unit < r.unit then r.rid else l.rid end as high_record
    from scored
    join record as l on l.rid = scored.left_unit
    join record as r on r.rid = scored.right_unit
    left join spelling as ln on ln.name_key = l.name
    left join spelling as rn on rn.name_key = r.name
    left join day as ld on ld.birth = l.birth
    left join day as rd on rd.birth = r.birth
    where scored.weight >= $review_from
), told as (
    select
        *,
        weight >= $link_from
        and coalesce(name >= 3 or (name = 1 and birth = 3), birth = 3 and household)
        and not (contradicts and coalesce(name, 0) < 5) as may_link
    from met
)
select
    low, high, 'probabilistic', max(weight), bool_or(may_link), max(name), max(birth), bool_or(household),
    bool_or(number), arg_max(low_record, (weight, -low_record)), arg_max(high_record, (weight, -low_record))
from told
group by low, high;
