-- What the engine found of two records it asks a person about. Reads: identity.pair.
select pair_id, reason, evidence, weight
from identity.pair
where (left_record_id, right_record_id) = (CAST(:left AS bigint), CAST(:right AS bigint));
