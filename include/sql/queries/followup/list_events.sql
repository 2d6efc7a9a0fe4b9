-- What happened to an item, and who was told of it. Reads: followup.event, followup.outbox.
select
    event.event_id,
    event.happened_at,
    event.kind,
    event.county_code,
    event.holder,
    event.actor,
    event.reason,
    event.due_at,
    (
        select string_agg(outbox.destination || ':' || outbox.state, ' ' order by outbox.destination)
        from followup.outbox as outbox
        where outbox.event_id = event.event_id
    ) as told
from followup.event as event
where event.item_id = :item_id
order by event.event_id;
