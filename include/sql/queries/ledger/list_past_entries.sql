-- Entries of a child that had begun by a day, as a refresh knew them. Reads: ledger.entry and its versions.
select
    entry_id,
    county_code,
    tier,
    entered_date,
    case when left_date <= CAST(:valid AS date) then left_date end as left_date,
    case when left_date <= CAST(:valid AS date) then left_reason end as left_reason,
    definition_version
from ledger.entry_as_known(CAST(:known AS bigint))
where child_id = :child_id
    and entered_date <= CAST(:valid AS date)
    and coalesce(left_reason, '') not in ('merged', 'split', 'withdrawn')
order by entry_id;
