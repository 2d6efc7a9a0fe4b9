-- Files that wait at the gate, this one first. Reads: intake.receipt.
-- Returns: receipt_id, feed.
select receipt_id, feed
from intake.receipt
where state = 'validated'
    and withdrawn_at is null
order by receipt_id <> :receipt_id, as_of_date, revision, supplement, receipt_id
limit 40;
