-- Who is shown the identity behind a pair of the queue, and why. Reads: identity.pair. Writes: identity.disclosure.
-- Returns: left_record_id, right_record_id.
insert into identity.disclosure (left_record_id, right_record_id, reader, reason)
select left_record_id, right_record_id, :reader, :reason
from identity.pair
where pair_id = :pair_id
returning left_record_id, right_record_id;
