-- Each record of the dirty units with its cluster and what ties it to it. Reads: tied, cluster, seen, record,
-- spelling, day, edge.
with weighed as (
    select low, high, agreement from edge where route = 'probabilistic'
)
select
    seen.source_record_id,
    cluster.cluster,
    tied.route,
    round(case when tied.route = 'probabilistic' then tied.weight end, 1) as weight,
    coalesce(
        weighed.agreement,
        case when tied.other is not null then agreement(l, r, ln, rn, ld, rd) end,
        '{}'
    ) as agreement
from tied
join seen using (rid)
join cluster on cluster.unit = tied.unit
join record as l on l.rid = tied.rid
left join record as r on r.rid = tied.other
left join spelling as ln on ln.name_key = l.name
left join spelling as rn on rn.name_key = r.name
left join day as ld on ld.birth = l.birth
left join day as rd on rd.birth = r.birth
-- no condition on tied.route: with one, every record would be compared with every edge
left join weighed on weighed.low = case when tied.route = 'probabilistic' then tied.low end and weighed.high = tied.high;
