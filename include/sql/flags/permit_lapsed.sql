-- 居住证未签注: the permit is lapsed, or the day its yearly endorsement ends has passed (居住证暂行条例 art. 10), and the same
-- row does not say that it was cancelled.
-- Reads: standing_fact, conformed.source_record.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
join conformed.source_record as record using (source_record_id)
where fact.is_watched
    and fact.is_newest
    and (
        (fact.kind = 'permit_status' and fact.value = 'lapsed')
        or (fact.kind = 'permit_endorsed_until' and CAST(fact.value AS date) < CAST(:as_of AS date))
    )
    and record.facts ->> 'permit_status' <> 'cancelled';
