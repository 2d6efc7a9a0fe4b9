-- Entries for children who qualify and have none. Reads: qualifying. Writes: ledger.entry.
insert into ledger.entry (child_id, county_code, tier, definition_version, entered_date, entered_basis)
select qualifying.child_id, qualifying.county_code, qualifying.tier, :definition_version, qualifying.entered_date,
    qualifying.basis
from qualifying
where not exists (
    select 1
    from ledger.entry as entry
    where entry.child_id = qualifying.child_id
        and entry.left_date is null
)
order by qualifying.child_id;
