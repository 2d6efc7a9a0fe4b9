-- The senders of these receipts were told. Writes: intake.delivery.
update intake.delivery
set acknowledged_at = now()
where acknowledged_at is null
    and receipt_id = any (CAST(:receipt_ids AS bigint []));
