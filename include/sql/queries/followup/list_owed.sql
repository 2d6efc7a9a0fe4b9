-- The next events a system is owed, in order; none while another delivery tells it, for two would overtake each other.
-- Reads: followup.outbox, followup.event, followup.item, ledger.flag, followup.destination.  Binds: destination, after, most.
select
    outbox.event_id,
    outbox.refusal_count,
    destination.url,
    event.kind,
    event.item_id,
    event.county_code,
    event.holder,
    event.happened_at,
    item.child_id,
    item.severity,
    coalesce(event.due_at, item.due_at) as due_at,
    flag.flag_code
from followup.outbox as outbox
join followup.destination as destination using (destination)
join followup.event as event using (event_id)
join followup.item as item using (item_id)
join ledger.flag as flag using (flag_id)
where outbox.destination = :destination
    and outbox.state = 'pending'
    and outbox.event_id > :after
order by outbox.event_id
limit :most
for no key update of destination skip locked;
