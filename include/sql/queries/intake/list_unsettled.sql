-- Receipts of a feed that a stage still owes something, oldest data first. Reads: intake.receipt.  Returns: receipt_id.
select receipt_id
from intake.receipt
where feed = :feed
    and (state <> 'settled' or reported_at is null)
order by as_of_date, revision, receipt_id;
