-- 疑似事实无人抚养: by the survey each parent meets one of the eight conditions, or one does and the other is dead or missing;
-- not both dead or missing, and not recognised. How long it lasts is for the visit. Asks, never decides.
-- Reads: standing_fact.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and fact.kind in ('father_status', 'mother_status')
    and fact.value <> 'able'
    and exists (
        select 1
        from standing_fact as other
        where other.child_id = fact.child_id
            and other.is_newest
            and other.kind in ('father_status', 'mother_status')
            and other.kind <> fact.kind
            and other.value <> 'able'
            and not (other.value in ('deceased', 'missing') and fact.value in ('deceased', 'missing'))
    )
    and not exists (
        select 1
        from standing_fact as recognised
        where recognised.child_id = fact.child_id
            and recognised.kind = 'assistance_type'
            and recognised.value in ('orphan', 'unsupported', 'guardianship')
    );
