-- Statements that ran out with nothing newer in their place, one for each child in a county's ledger and kind; a visit tells of its
-- day, and the numbers of its row are none.
-- Reads: ledger.entry, ledger.fact.  Binds: county_code, as_of.
select count(*)
from (
    select fact.child_id, fact.kind
    from ledger.entry as entry
    join ledger.fact as fact using (child_id)
    where entry.county_code = CAST(:county_code AS text)
        and entry.left_date is null
        and fact.kind not in ('item_id', 'child_id', 'visit_outcome', 'verdict', 'other_verdict', 'moved_to')
    group by fact.child_id, fact.kind
    having max(fact.expires_date) <= CAST(:as_of AS date)
) as stale;
