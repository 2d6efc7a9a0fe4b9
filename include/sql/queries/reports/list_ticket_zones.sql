-- Zones that ever had a ticket, and the day anything last changed there. Reads: tickets.ticket.
select split_part(feed, '.', 1) as department, county_code, max(changed_date) as changed_date
from tickets.ticket
group by split_part(feed, '.', 1), county_code
order by department, county_code;
