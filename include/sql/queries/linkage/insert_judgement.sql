-- A reviewer's word on two records in force. Reads: conformed.source_record. Writes: identity.judgement.
-- Returns: judgement_id.
insert into identity.judgement (left_record_id, right_record_id, verdict, reason, reviewer)
select CAST(:left_record_id AS bigint), CAST(:right_record_id AS bigint), :verdict, :reason, :reviewer
from conformed.source_record as left_record
join conformed.source_record as right_record on right_record.source_record_id = :right_record_id
where left_record.source_record_id = :left_record_id
    and left_record.status = 'in_force'
    and right_record.status = 'in_force'
returning judgement_id;
