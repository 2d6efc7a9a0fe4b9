-- Queue items of a child's flags raised by a day, as a refresh knew them. Reads: followup.item, ledger.flag and their versions.
select
    item.item_id,
    item.county_code,
    item.severity,
    item.due_date,
    case when item.ended_date is null or item.ended_date <= CAST(:valid AS date) then item.state else 'queued' end as state,
    case when item.ended_date <= CAST(:valid AS date) then item.ended_date end as ended_date
from followup.item_as_known(CAST(:known AS bigint)) as item
join ledger.flag_as_known(CAST(:known AS bigint)) as flag using (flag_id)
where item.child_id = :child_id
    and flag.raised_date <= CAST(:valid AS date)
    and flag.status <> 'withdrawn'
order by item.item_id;
