-- Entries of a child. Reads: ledger.entry.
select entry_id, county_code, tier, entered_date, left_date, left_reason, definition_version
from ledger.entry
where child_id = :child_id
    and left_reason is distinct from 'withdrawn'
order by entry_id;
