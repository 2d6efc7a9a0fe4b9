-- Pairs newly in doubt; those already queued keep their place. Reads: doubtful. Writes: identity.pair.
insert into identity.pair (left_record_id, right_record_id, reason, evidence)
select left_record_id, right_record_id, reason, evidence
from doubtful
on conflict (left_record_id, right_record_id) do update set
    reason = excluded.reason,
    evidence = excluded.evidence;
