-- What each destination was told, is owed and refused. Reads: followup.outbox, followup.destination.
select
    destination.destination,
    count(*) filter (where outbox.state = 'pending') as pending,
    min(outbox.addressed_at) filter (where outbox.state = 'pending') as pending_since,
    count(*) filter (where outbox.state = 'delivered') as delivered,
    count(*) filter (where outbox.state = 'dead') as dead,
    string_agg(distinct outbox.last_answer, ' ') filter (where outbox.state <> 'delivered') as last_answers
from followup.destination as destination
left join followup.outbox as outbox using (destination)
group by destination.destination
order by destination.destination;
