-- The links made: within a unit to its first record, between units by the edges used, with what the two agree in. Only what
-- the model weighed has bits: those of the rules order links. Reads: record, decided, label, spelling, day, edge.
-- Binds: rule_version.
with star as (
    select
        min(rid) over (partition by unit) as left_rid, rid as right_rid,
        case when id_number is null then 'same_statement' else 'exact_id' end as route,
        null::double as weight, null::bigint as low, null::bigint as high
    from record
), made as (
    select * from star where left_rid <> right_rid
    union all
    select low_record, high_record, route, null, null, null from decided where used and route <> 'probabilistic'
    union all
    select low_record, high_record, route, weight, low, high from decided where used and route = 'probabilistic'
), weighed as (
    select low, high, agreement from edge where route = 'probabilistic'
)
select
    ll.record_id as left_record_id, rl.record_id as right_record_id, made.route, $rule_version as rule_version,
    round(made.weight, 1) as weight,
    coalesce(weighed.agreement, agreement(l, r, ln, rn, ld, rd)) as agreement
from made
join label as ll on ll.rid = made.left_rid
join label as rl on rl.rid = made.right_rid
join record as l on l.rid = made.left_rid
join record as r on r.rid = made.right_rid
left join spelling as ln on ln.name_key = l.name
left join spelling as rn on rn.name_key = r.name
left join day as ld on ld.birth = l.birth
left join day as rd on rd.birth = r.birth
left join weighed on weighed.low = made.low and weighed.high = made.high;
