-- 疑似孤儿: both parents dead or missing by the survey, and civil affairs has not recognised it. Asks, never decides.
-- Reads: standing_fact.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and fact.kind in ('father_status', 'mother_status')
    and fact.value in ('deceased', 'missing')
    and exists (
        select 1
        from standing_fact as other
        where other.child_id = fact.child_id
            and other.is_newest
            and other.kind in ('father_status', 'mother_status')
            and other.kind <> fact.kind
            and other.value in ('deceased', 'missing')
    )
    and not exists (
        select 1
        from standing_fact as recognised
        where recognised.child_id = fact.child_id
            and recognised.kind = 'assistance_type'
            and recognised.value in ('orphan', 'unsupported', 'guardianship')
    );
