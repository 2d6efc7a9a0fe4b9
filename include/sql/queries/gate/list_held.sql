-- Files that wait for a decision, oldest first; counts only. Reads: intake.receipt, intake.decision.
select
    receipt.receipt_id,
    receipt.feed,
    receipt.county_code,
    receipt.as_of_date,
    receipt.revision,
    decision.held_at,
    decision.effect,
    decision.exceeded
from intake.receipt as receipt
join intake.decision as decision using (receipt_id)
where receipt.state = 'held'
    and decision.verdict is null
order by decision.held_at, receipt.receipt_id;
