-- An open flag rests on facts that still count on the day of the newest refresh.
select flag.flag_id
from ledger.flag as flag
cross join lateral jsonb_array_elements(flag.evidence) as piece
where flag.status = 'open'
    and not exists (
        select 1
        from ledger.fact as fact
        where fact.source_record_id = CAST(piece ->> 'source_record_id' AS bigint)
            and fact.kind = piece ->> 'kind'
            and fact.child_id = flag.child_id
            and fact.expires_date > (select as_of_date from ledger.refresh order by refresh_id desc limit 1)
    );
