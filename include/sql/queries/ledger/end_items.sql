-- Every item as its flag stands: closed by a visit, withdrawn when the flag lapsed or its file was withdrawn, queued again
-- when it holds again, with a new deadline if nobody had to go meanwhile. Counts the visits that did not reach the child; who
-- looks first follows the rule. Reads: ledger.flag, followup.visit. Writes: followup.item.
-- Binds: refresh_id, due (flag code → day and its basis), queues.
with tried as (
    select item_id, count(*) as attempt_count
    from followup.visit
    where outcome not in ('reached', 'desk_checked')
    group by item_id
),
told as (
    select
        item.item_id,
        flag.child_id,
        flag.county_code,
        case
            when flag.status in ('confirmed', 'dismissed') then 'closed'
            when flag.status <> 'open' then 'withdrawn'
            when item.state = 'delivered' then 'delivered'
            else 'queued'
        end as state,
        flag.ended_date,
        coalesce(tried.attempt_count, 0) as attempt_count,
        CAST(:queues AS jsonb) ->> flag.flag_code as queue,
        case when item.state = 'withdrawn' and flag.status = 'open' then CAST(:due AS jsonb) -> flag.flag_code end as due_anew
    from followup.item as item
    join ledger.flag as flag using (flag_id)
    left join tried using (item_id)
)
update followup.item as item
set
    child_id = told.child_id,
    county_code = told.county_code,
    state = told.state,
    ended_date = told.ended_date,
    attempt_count = told.attempt_count,
    queue = told.queue,
    due_date = coalesce(CAST(told.due_anew ->> 0 AS date), item.due_date),
    due_basis = coalesce(told.due_anew ->> 1, item.due_basis),
    queued_at = case when told.due_anew is null then item.queued_at else now() end,
    enqueued_refresh_id = case when told.due_anew is null then item.enqueued_refresh_id else :refresh_id end
from told
where item.item_id = told.item_id
    and (item.child_id, item.county_code, item.state, item.ended_date, item.attempt_count, item.queue)
        is distinct from (told.child_id, told.county_code, told.state, told.ended_date, told.attempt_count, told.queue);
