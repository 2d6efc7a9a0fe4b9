-- Pairs newly in doubt; those already queued keep their place. Reads: doubtful. Writes: identity.pair.
insert into identity.pair (left_record_id, right_record_id, reason, evidence, weight)
select left_record_id, right_record_id, reason, evidence, weight
from doubtful
on conflict (left_record_id, right_record_id) do update set
    reason = excluded.reason,
    evidence = excluded.evidence,
    weight = excluded.weight
where (pair.reason, pair.evidence, pair.weight) is distinct from (excluded.reason, excluded.evidence, excluded.weight);
