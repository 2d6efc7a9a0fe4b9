-- 民政监护: in temporary or long-term guardianship of civil affairs.
-- Reads: standing_fact.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.kind = 'assistance_type'
    and fact.value = 'guardianship';
