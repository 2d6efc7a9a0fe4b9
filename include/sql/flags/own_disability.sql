-- 自身残疾: a disability certificate that is still valid.
-- Reads: ledger.current_fact, ledger.entry.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from ledger.current_fact(CAST(:as_of AS date)) as fact
join ledger.entry as entry on entry.child_id = fact.child_id and entry.left_date is null
where fact.kind in ('disability_type', 'disability_grade');
