-- 心理和行为异常: only what a person wrote down after seeing the child; never inferred from anything else.
-- Reads: ledger.current_fact, ledger.entry.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from ledger.current_fact(CAST(:as_of AS date)) as fact
join ledger.entry as entry on entry.child_id = fact.child_id and entry.left_date is null
where fact.kind = 'behaviour_concern'
    and fact.value = 'yes';
