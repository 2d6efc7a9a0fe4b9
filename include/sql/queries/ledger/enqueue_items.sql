-- One item for every open flag that has none, in the transaction that raised it. Reads: ledger.flag. Writes: followup.item.
insert into followup.item (flag_id, child_id, county_code, due_date, due_basis, due_at, queue, enqueued_refresh_id)
select
    flag.flag_id,
    flag.child_id,
    flag.county_code,
    CAST(CAST(:due AS jsonb) -> flag.flag_code ->> 0 AS date),
    CAST(:due AS jsonb) -> flag.flag_code ->> 1,
    followup.end_of(CAST(CAST(:due AS jsonb) -> flag.flag_code ->> 0 AS date)),
    CAST(:queues AS jsonb) ->> flag.flag_code,
    :refresh_id
from ledger.flag as flag
where flag.status = 'open'
    and not exists (
        select 1
        from followup.item as item
        where item.flag_id = flag.flag_id
    )
order by flag.flag_id;
