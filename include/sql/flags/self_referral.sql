-- 主动求助: a child living outside its hukou township asked for help itself; crossing a county is not needed.
-- Reads: standing_fact, ledger.profile.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
join ledger.profile as profile using (child_id)
where fact.is_newest
    and fact.kind = 'self_referral'
    and fact.value = 'yes'
    and profile.birth_date > CAST(:as_of AS date) - interval '16 years'
    and (profile.hukou_code, coalesce(profile.hukou_township, ''))
        is distinct from (profile.residence_code, coalesce(profile.residence_township, ''));
