-- 无监护人: the survey says there is none, or finds the child away from its parents and no source names a guardian.
-- Reads: standing_fact, ledger.profile.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
join ledger.profile as profile using (child_id)
where fact.is_watched
    and fact.is_newest
    and (
        (fact.kind = 'guardian_status' and fact.value = 'none')
        or (
            fact.kind = 'lives_with'
            and fact.value in ('grandparents', 'relatives')
            and profile.guardian_name is null
        )
    );
