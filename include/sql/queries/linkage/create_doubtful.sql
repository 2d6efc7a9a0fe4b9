-- Where the doubtful pairs of this run land before they replace the review queue. Reads: identity.pair.
create temporary table doubtful on commit drop as
select left_record_id, right_record_id, reason, evidence, weight
from identity.pair
with no data;
