-- A file may be published. Writes: intake.receipt.
update intake.receipt
set state = 'released', reported_at = null
where receipt_id = :receipt_id
    and state in ('validated', 'held');
