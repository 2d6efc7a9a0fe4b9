-- The answer is written. Writes: intake.receipt.
update intake.receipt
set reported_at = now()
where receipt_id = :receipt_id;
