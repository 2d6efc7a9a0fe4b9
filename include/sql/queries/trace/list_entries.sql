-- Entries and standings of a child. Reads: ledger.entry, ledger.standing.
select county_code, tier, entered_date, left_date, left_reason, definition_version
from (
    select child_id, county_code, tier, entered_date, left_date, left_reason, definition_version
    from ledger.entry
    union all
    select child_id, county_code, tier, entered_date, left_date, left_reason, definition_version
    from ledger.standing
) as stay
where child_id = :child_id
    and left_reason is distinct from 'withdrawn'
order by entered_date, tier, county_code;
