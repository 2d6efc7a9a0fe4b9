-- 流浪: found vagrant in the door-to-door survey, or received rescue for vagrants.
-- Reads: ledger.valid_fact, ledger.current_fact, ledger.entry.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from ledger.valid_fact(CAST(:as_of AS date)) as fact
join ledger.entry as entry on entry.child_id = fact.child_id and entry.left_date is null
where fact.kind = 'assistance_type'
    and fact.value = 'rescue'
union
select fact.child_id, fact.source_record_id, fact.kind
from ledger.current_fact(CAST(:as_of AS date)) as fact
join ledger.entry as entry on entry.child_id = fact.child_id and entry.left_date is null
where fact.kind = 'vagrancy'
    and fact.value = 'yes';
