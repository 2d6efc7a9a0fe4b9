-- A file its sender takes back. Writes: intake.receipt.
update intake.receipt
set withdrawn_at = coalesce(withdrawn_at, now()), superseded_by = null, resolved_at = null, reported_at = null
where receipt_id = :receipt_id;
