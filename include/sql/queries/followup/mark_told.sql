-- Events the lists now say. Reads: announced. Writes: followup.outbox.
update followup.outbox as outbox
set state = 'delivered', delivered_at = now()
from announced
where announced.event_id = outbox.event_id
    and outbox.destination = 'folders';
