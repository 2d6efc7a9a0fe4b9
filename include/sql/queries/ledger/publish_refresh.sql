-- This refresh is what everybody sees from now on. Writes: ledger.refresh.
update ledger.refresh
set is_head = true, statement = CAST(:statement AS jsonb)
where refresh_id = :refresh_id;
