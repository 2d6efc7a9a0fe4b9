-- Receipts whose answer changed since it was written. Writes: intake.receipt.
update intake.receipt
set reported_at = null
where receipt_id = any (CAST(:receipt_ids AS bigint []));
