-- 监护人外出: the guardian is away; whom the child is entrusted to is for the visit (未成年人保护法 art. 22).
-- Reads: standing_fact.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and fact.kind = 'guardian_status'
    and fact.value = 'absent';
