-- Items whose flag is no longer open: closed by a visit, withdrawn when the flag lapsed. Counts the visits that did not
-- reach the child. Reads: ledger.flag, followup.visit. Writes: followup.item.
with told as (
    select
        item.item_id,
        flag.child_id,
        flag.county_code,
        case flag.status when 'open' then item.state when 'lapsed' then 'withdrawn' else 'closed' end as state,
        case flag.status when 'open' then null when 'lapsed' then CAST(:as_of AS date) else flag.ended_date end as ended_date,
        (
            select count(*)
            from followup.visit as visit
            where visit.item_id = item.item_id
                and visit.outcome <> 'reached'
        ) as attempt_count
    from followup.item as item
    join ledger.flag as flag using (flag_id)
    where item.state in ('queued', 'delivered')
)
update followup.item as item
set
    child_id = told.child_id,
    county_code = told.county_code,
    state = told.state,
    ended_date = told.ended_date,
    attempt_count = told.attempt_count
from told
where item.item_id = told.item_id
    and (item.child_id, item.county_code, item.state, item.attempt_count)
        is distinct from (told.child_id, told.county_code, told.state, told.attempt_count);
