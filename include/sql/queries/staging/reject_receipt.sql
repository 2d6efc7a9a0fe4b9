-- The verdict on a file that can't be taken as a whole. Writes: intake.receipt.
update intake.receipt
set state = 'settled', verdict = 'rejected', verdict_code = :code, verdict_detail = CAST(:detail AS jsonb)
where receipt_id = :receipt_id;
