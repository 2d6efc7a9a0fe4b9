-- A receipt, held for this transaction so that two runs of a stage take turns. Reads: intake.receipt.
select receipt_id, feed, department, county_code, file_name, sha256, as_of_date, is_nil, state, verdict, withdrawn_at
from intake.receipt
where receipt_id = :receipt_id
for update;
