-- A refresh begins; until its transaction ends all that changes is known since this one. Writes: ledger.refresh.
-- Returns: refresh_id.
insert into ledger.refresh (as_of_date, rules_sha256, code_version)
values (CAST(:as_of AS date), :rules_sha256, :code_version)
returning refresh_id, set_config('ledger.refresh_id', CAST(refresh_id AS text), true);
