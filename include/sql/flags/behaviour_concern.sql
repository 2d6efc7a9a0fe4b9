-- 心理和行为异常: only what a person wrote down after seeing the child; never inferred from anything else.
-- Reads: standing_fact.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and fact.kind = 'behaviour_concern'
    and fact.value = 'yes';
