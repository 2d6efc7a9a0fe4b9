-- The word that ends a hold; the first one stands. Writes: intake.decision.
update intake.decision
set verdict = :verdict, officer = CAST(:officer AS text), reason = CAST(:reason AS text), decided_at = now()
where receipt_id = :receipt_id
    and verdict is null;
