-- Flags of touched children that once rested on a withdrawn file, and since when they would have been raised without it: the
-- first day one of their sets of facts held whole without the file (the same said by another record will do), or the first
-- refresh that knew the files they rest on now; null when never. Reads: touched, ledger.ground, conformed.source_record,
-- raised, ledger.refresh.
create temporary table doubted on commit drop as
with piece as (
    select
        ground.flag_id,
        ground.evidence_sha256,
        ground.since_date,
        part ->> 'kind' as kind,
        record.facts ->> (part ->> 'kind') as value,
        record.status <> 'withdrawn' as holds
    from ledger.ground as ground
    cross join lateral jsonb_array_elements(ground.evidence) as part
    join conformed.source_record as record on record.source_record_id = CAST(part ->> 'source_record_id' AS bigint)
    where ground.flag_id in (
        select doubtful.flag_id
        from touched
        join ledger.flag as flag using (child_id)
        join ledger.ground as doubtful using (flag_id)
        cross join lateral jsonb_array_elements(doubtful.evidence) as cited
        join conformed.source_record as taken_back
            on taken_back.source_record_id = CAST(cited ->> 'source_record_id' AS bigint)
        where taken_back.status = 'withdrawn'
    )
),
statement as (
    select flag_id, evidence_sha256, since_date, bool_or(holds) as holds
    from piece
    group by flag_id, evidence_sha256, since_date, kind, value
),
whole as (
    select flag_id, since_date
    from statement
    group by flag_id, evidence_sha256, since_date
    having bool_and(holds)
),
known as (
    select flag.flag_id, min(refresh.as_of_date) as since_date
    from ledger.flag as flag
    join raised using (child_id, flag_code, evidence_fingerprint)
    join ledger.refresh as refresh on refresh.refreshed_at > (
        select max(receipt.received_at)
        from jsonb_array_elements(raised.evidence) as part
        join conformed.source_record as record on record.source_record_id = CAST(part ->> 'source_record_id' AS bigint)
        join intake.receipt as receipt using (receipt_id)
    )
    where flag.flag_id in (select flag_id from piece)
    group by flag.flag_id
)
select flag.flag_id, flag.flag_code, min(since.since_date) as since_date
from ledger.flag as flag
left join (
    select flag_id, since_date
    from whole
    union all
    select flag_id, since_date
    from known
) as since using (flag_id)
where flag.status <> 'withdrawn'
    and flag.flag_id in (select flag_id from piece)
group by flag.flag_id, flag.flag_code;
