-- A file waits for a person; its sender is told. Writes: intake.receipt.
update intake.receipt
set state = 'held', reported_at = null
where receipt_id = :receipt_id;
