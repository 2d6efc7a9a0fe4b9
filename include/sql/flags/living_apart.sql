-- 脱离监护单独生活: under 16 and living alone (未成年人保护法 art. 21 par. 2).
-- Reads: standing_fact.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and fact.kind = 'lives_with'
    and fact.value = 'alone';
