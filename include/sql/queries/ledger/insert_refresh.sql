-- A refresh begins. Writes: ledger.refresh.  Returns: refresh_id.
insert into ledger.refresh (as_of_date, rules_sha256, code_version)
values (CAST(:as_of AS date), :rules_sha256, :code_version)
returning refresh_id;
