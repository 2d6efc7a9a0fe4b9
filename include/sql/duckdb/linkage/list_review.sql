-- The review queue, the most probable first, with what the two agree in. Reads: review, label, record, spelling, day, edge.
with weighed as (
    select low_record, high_record, agreement from edge where route = 'probabilistic'
)
select
    ll.record_id as left_record_id, rl.record_id as right_record_id, review.reason, review.route,
    round(case when review.route = 'probabilistic' then review.weight end, 1) as weight,
    coalesce(weighed.agreement, agreement(l, r, ln, rn, ld, rd)) as agreement
from review
join label as ll on ll.rid = review.low_record
join label as rl on rl.rid = review.high_record
join record as l on l.rid = review.low_record
join record as r on r.rid = review.high_record
left join spelling as ln on ln.name_key = l.name
left join spelling as rn on rn.name_key = r.name
left join day as ld on ld.birth = l.birth
left join day as rd on rd.birth = r.birth
left join weighed on weighed.low_record = case when review.route = 'probabilistic' then review.low_record end
    and weighed.high_record = review.high_record
order by review.weight desc, left_record_id, right_record_id;
