-- The newest decision on a file. Reads: intake.decision.
select decision_id, verdict, officer, decided_at
from intake.decision
where receipt_id = :receipt_id
order by decision_id desc
limit 1;
