-- An open flag rests on facts that still count on the day of the newest refresh, and its child is looked at again by the
-- day the first of them no longer does. Of touched children: what flags of others rest on is as it was, and no such day
-- has come.
select flag.flag_id
from touched
join ledger.flag as flag using (child_id)
where flag.status = 'open'
    and exists (
        select 1
        from jsonb_array_elements(flag.evidence) as piece
        where (
            select fact.child_id = flag.child_id
                and fact.expires_date > (select as_of_date from ledger.refresh order by refresh_id desc limit 1)
                and fact.expires_date >= (select day from ledger.awaited where child_id = flag.child_id)
            from ledger.fact as fact
            where fact.source_record_id = CAST(piece ->> 'source_record_id' AS bigint)
                and fact.kind = piece ->> 'kind'
        ) is not true
    );
