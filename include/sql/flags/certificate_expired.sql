-- 残疾人证到期: the last day of the newest certificate has passed.
-- Reads: standing_fact.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and fact.kind = 'certificate_valid_until'
    and CAST(fact.value AS date) < CAST(:as_of AS date);
