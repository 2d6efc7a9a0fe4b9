-- Effects that now stand in their senders' zones. Writes: tickets.effect.
update tickets.effect
set told_at = now()
where receipt_id = any(CAST(:receipt_ids AS bigint[]));
