-- A published refresh, as figures pin it; the newest where none is named. Reads: ledger.refresh.  Binds: refresh_id.
select refresh_id, as_of_date, rules_sha256, code_version, refreshed_at
from ledger.refresh
where case when CAST(:refresh_id AS bigint) is null then is_head else refresh_id = CAST(:refresh_id AS bigint) end;
