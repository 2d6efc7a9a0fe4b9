-- 监护人死亡: the survey was told that the guardian died.
-- Reads: standing_fact.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and fact.kind = 'guardian_status'
    and fact.value = 'deceased';
