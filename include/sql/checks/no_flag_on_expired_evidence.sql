-- An open flag rests on facts that still count on the day of the newest refresh.
select flag.flag_id
from ledger.flag as flag
where flag.status = 'open'
    and exists (
        select 1
        from jsonb_array_elements(flag.evidence) as piece
        where (
            select fact.child_id = flag.child_id
                and fact.expires_date > (select as_of_date from ledger.refresh order by refresh_id desc limit 1)
            from ledger.fact as fact
            where fact.source_record_id = CAST(piece ->> 'source_record_id' AS bigint)
                and fact.kind = piece ->> 'kind'
        ) is not true
    );
