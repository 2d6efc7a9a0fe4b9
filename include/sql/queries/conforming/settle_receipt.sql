-- A receipt whose accepted rows are published. Writes: intake.receipt.
update intake.receipt
set state = 'settled', accepted_count = :accepted, resolved_at = null
where receipt_id = :receipt_id;
