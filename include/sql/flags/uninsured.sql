-- 未见参保记录: older than a year and on no insurance list; asked only where the county's newest list is whole. It may well be
-- insured where it is registered, which no list here tells.
-- Reads: unlisted, ledger.profile.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select unlisted.child_id, unlisted.source_record_id, unlisted.kind
from unlisted
join ledger.profile as profile using (child_id)
where unlisted.feed = 'insurance.enrolment'
    and profile.birth_date <= CAST(:as_of AS date) - interval '1 year';
