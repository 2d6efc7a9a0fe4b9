-- 预防接种有缺种: the vaccination clinic says doses are missing.
-- Reads: standing_fact.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and fact.kind = 'vaccination_status'
    and fact.value = 'incomplete';
