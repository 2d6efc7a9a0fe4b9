-- The receipt that already holds these bytes. Reads: intake.receipt.  Returns: receipt_id.
select receipt_id
from intake.receipt
where department = :department
    and county_code = :county_code
    and sha256 = :sha256
    and ((feed = :feed and as_of_date = CAST(:as_of_date AS date)) or file_name = :file_name)
order by verdict is not distinct from 'rejected', receipt_id
limit 1;
