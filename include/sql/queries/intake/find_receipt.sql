-- The receipt that already holds these bytes: taken and not withdrawn, as a whole file or as a supplement like this one,
-- or refused under this very name and contract. Bytes nobody read are no other file's.
-- Reads: intake.receipt.  Returns: receipt_id.
select receipt_id
from intake.receipt
where department = :department
    and county_code = :county_code
    and sha256 = :sha256
    and sha256 <> ''
    and withdrawn_at is null
    and (
        (
            feed = :feed
            and as_of_date = CAST(:as_of_date AS date)
            and (supplement > 0) = (CAST(:supplement AS integer) > 0)
            and verdict is distinct from 'rejected'
        )
        or (
            verdict = 'rejected'
            and file_name = :file_name
            and contract_sha256 is not distinct from CAST(:contract_sha256 AS text)
        )
    )
order by verdict is not distinct from 'rejected', receipt_id
limit 1;
