-- Rules suspended in the published ledger. Reads: ledger.suspension.
select flag_code, visit_count, confirmed_count, last_visit_date
from ledger.suspension
order by flag_code;
