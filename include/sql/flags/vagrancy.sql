-- 流浪: found living on the street by the door-to-door survey; of whom nobody knows the household register or the age, too.
-- Reads: standing_fact, ledger.profile.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
join ledger.profile as profile using (child_id)
where (
        fact.is_watched
        or profile.birth_date is null
        or profile.hukou_code is null and profile.birth_date > CAST(:as_of AS date) - interval '16 years'
    )
    and fact.is_newest
    and fact.kind = 'vagrancy'
    and fact.value = 'yes';
