-- 监护缺失: orphan or de-facto unsupported, guardian dead, missing or detained, or living alone under 16
-- (未成年人保护法 art. 21, 92). An inference from registers asks, it never decides.
-- Reads: ledger.valid_fact, ledger.current_fact, ledger.entry.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from ledger.valid_fact(CAST(:as_of AS date)) as fact
join ledger.entry as entry on entry.child_id = fact.child_id and entry.left_date is null
where fact.kind = 'assistance_type'
    and fact.value in ('orphan', 'unsupported', 'guardianship')
union
select fact.child_id, fact.source_record_id, fact.kind
from ledger.current_fact(CAST(:as_of AS date)) as fact
join ledger.entry as entry on entry.child_id = fact.child_id and entry.left_date is null
where (fact.kind = 'guardian_status' and fact.value in ('missing', 'deceased', 'detained'))
    or (fact.kind = 'lives_with' and fact.value = 'alone');
