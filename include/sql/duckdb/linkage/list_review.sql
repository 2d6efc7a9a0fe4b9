-- The review queue, the most probable first. Reads: review, label.
select
    l.record_id as left_record_id, r.record_id as right_record_id, review.reason, review.route,
    round(review.weight, 2) as weight
from review
join label as l on l.rid = review.low_record
join label as r on r.rid = review.high_record
order by review.weight desc, left_record_id, right_record_id;
