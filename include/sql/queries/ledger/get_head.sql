-- The published refresh. Reads: ledger.refresh.
select refresh_id, as_of_date, statement, rules_sha256, code_version
from ledger.refresh
where is_head;
