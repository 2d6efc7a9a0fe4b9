-- 重度残疾: a certificate in force of grade 1 or 2, or of mental or intellectual disability in any grade.
-- Reads: standing_fact.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and fact.kind in ('disability_type', 'disability_grade')
    and exists (
        select 1
        from standing_fact as severe
        where severe.child_id = fact.child_id
            and severe.is_newest
            and (severe.kind, severe.value) in (
                ('disability_grade', '1'),
                ('disability_grade', '2'),
                ('disability_type', 'intellectual'),
                ('disability_type', 'mental')
            )
    );
