-- Tickets by status, for the log. Reads: tickets.ticket.
select status, count(*) as tickets
from tickets.ticket
group by status
order by status;
