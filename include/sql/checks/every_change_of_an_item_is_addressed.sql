-- The last event of every item says what the item is, and every destination of the lists was owed it.
select item.item_id, item.state, last.kind
from followup.item as item
left join lateral (
    select event.event_id, event.kind, event.county_code
    from followup.event as event
    where event.item_id = item.item_id
        and event.kind in ('queued', 'closed', 'withdrawn')
    order by event.event_id desc
    limit 1
) as last on true
left join followup.outbox as outbox on outbox.event_id = last.event_id and outbox.destination = 'folders'
where outbox.event_id is null
    or last.kind <> case when item.state in ('closed', 'withdrawn') then item.state else 'queued' end
    or (last.kind = 'queued' and last.county_code <> item.county_code);
