-- 适龄未见学籍: of the nine years of compulsory schooling (义务教育法 art. 11: from six, seven at the latest), and on no school roll;
-- asked only where the county's newest roll of this school year is whole.
-- Reads: unlisted, ledger.profile.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select unlisted.child_id, unlisted.source_record_id, unlisted.kind
from unlisted
join ledger.profile as profile using (child_id)
where unlisted.feed = 'education.enrolment'
    and unlisted.school_year_start <= unlisted.list_date
    and profile.birth_date <= unlisted.school_year_start - interval '7 years'
    and profile.birth_date > CAST(:as_of AS date) - interval '15 years';
