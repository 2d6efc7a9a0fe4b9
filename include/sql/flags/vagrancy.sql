-- 流浪: found living on the street by the door-to-door survey.
-- Reads: standing_fact.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and fact.kind = 'vagrancy'
    and fact.value = 'yes';
