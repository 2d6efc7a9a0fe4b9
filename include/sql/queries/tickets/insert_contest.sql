-- A department says its row is right; only of a ticket that is still asked about. Reads: tickets.ticket.
-- Writes: tickets.contest.
insert into tickets.contest (ticket_id, reason, contested_by)
select ticket_id, :reason, :contested_by
from tickets.ticket
where ticket_id = :ticket_id
    and status in ('open', 'not_fixed');
