-- Open items by deadline, and the urgent ones that grew old before anybody came. Reads: followup.item, followup.standing,
-- followup.escalation, followup.grown_old, ledger.flag.  Binds: county_code, null for all.
select
    item.item_id,
    item.child_id,
    item.county_code,
    flag.flag_code,
    item.severity,
    case when item.state = 'withdrawn' then 'grown_old' else 'open' end as state,
    coalesce(standing.due_at, item.due_at) as due_at,
    item.attempt_count,
    standing.kind as standing,
    standing.holder,
    (
        select string_agg(escalation.holder, ',' order by escalation.level)
        from followup.escalation as escalation
        where escalation.item_id = item.item_id
            and escalation.since_at >= item.queued_at
    ) as escalated_to
from followup.item as item
join ledger.flag as flag using (flag_id)
left join followup.standing as standing on standing.item_id = item.item_id
where (
        item.state in ('queued', 'delivered')
        or exists (select 1 from followup.grown_old where grown_old.item_id = item.item_id)
    )
    and coalesce(:county_code, item.county_code) = item.county_code
order by coalesce(standing.due_at, item.due_at), item.item_id;
