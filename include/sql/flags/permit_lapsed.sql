-- 居住证未签注: the permit is lapsed, or the day its yearly endorsement ends has passed (居住证暂行条例 art. 10).
-- Reads: standing_fact.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
where fact.is_watched
    and fact.is_newest
    and (
        (fact.kind = 'permit_status' and fact.value = 'lapsed')
        or (fact.kind = 'permit_endorsed_until' and CAST(fact.value AS date) < CAST(:as_of AS date))
    )
    and not exists (
        select 1
        from standing_fact as cancelled
        where cancelled.child_id = fact.child_id
            and cancelled.is_newest
            and cancelled.kind = 'permit_status'
            and cancelled.value = 'cancelled'
    );
