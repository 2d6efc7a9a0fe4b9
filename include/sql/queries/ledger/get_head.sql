-- The published refresh. Reads: ledger.refresh.
select refresh_id, as_of_date, statement
from ledger.refresh
where is_head;
