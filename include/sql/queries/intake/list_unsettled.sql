-- Receipts of a feed that a stage still owes something, oldest data first; a held one waits for a person. Reads: intake.receipt.  Returns: receipt_id.
select receipt_id
from intake.receipt
where feed = :feed
    and (state not in ('settled', 'held') or reported_at is null)
order by as_of_date, revision, receipt_id;
