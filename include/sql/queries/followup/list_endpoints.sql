-- Systems that are owed something. Reads: followup.outbox, followup.destination.
select destination.destination
from followup.destination as destination
where destination.url is not null
    and exists (
        select 1
        from followup.outbox as outbox
        where outbox.destination = destination.destination
            and outbox.state = 'pending'
    )
order by destination.destination;
