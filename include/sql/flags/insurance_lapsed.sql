-- 医保中断: the insurer says insurance was suspended or ended, or its last day has passed.
-- Reads: standing_fact.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and (
        (fact.kind = 'insurance_status' and fact.value in ('suspended', 'ended'))
        or (fact.kind = 'insured_until' and CAST(fact.value AS date) < CAST(:as_of AS date))
    );
