-- This refresh is what everybody sees from now on, with the figures it will answer for. Writes: ledger.refresh.
update ledger.refresh
set is_head = true, statement = CAST(:statement AS jsonb), figures = :figures
where refresh_id = :refresh_id;
