-- The best edge between any two units of a part. Reads: edge, part.
select
    low, high,
    arg_max(route, (links, route <> 'probabilistic', weight, route)) as route,
    max(weight) as weight,
    bool_or(links) as links,
    bool_or(route <> 'probabilistic' and links) as exact,
    coalesce(bool_or(rival), false) as rival,
    coalesce(bool_and(coalesce(fragile, false)) filter (links), false) as fragile,
    bool_or(coalesce(number, false) or route in ('identity', 'repair', 'judged', 'stated_child')) as numbered,
    coalesce(max(name), -1)::tinyint as likeness,
    arg_max(low_record, (links, route <> 'probabilistic', weight, route)) as low_record,
    arg_max(high_record, (links, route <> 'probabilistic', weight, route)) as high_record
from edge
where low in (select unit from part)
group by low, high;
