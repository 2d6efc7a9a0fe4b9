-- Other files for the same data date that are already reported: who stands in force may have changed with this one.
-- Reads: intake.receipt.  Returns: receipt_id.
select receipt_id
from intake.receipt
where feed = :feed
    and county_code = :county_code
    and as_of_date = CAST(:as_of_date AS date)
    and receipt_id <> :receipt_id
    and reported_at is not null
order by receipt_id;
