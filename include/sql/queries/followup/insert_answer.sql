-- A word of people on an open item. Reads: followup.item. Writes: followup.event.
insert into followup.event (item_id, kind, county_code, holder, actor, reason, due_at)
select
    item.item_id,
    :kind,
    item.county_code,
    :holder,
    :actor,
    :reason,
    followup.end_of(followup.workday_after(followup.day_of(CAST(:at AS timestamptz)), CAST(:working_days AS integer)))
from followup.item as item
where item.item_id = :item_id
    and item.state in ('queued', 'delivered');
