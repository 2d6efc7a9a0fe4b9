-- Duties by state, and the alarms that are open. Reads: register.duty, intake.receipt.  Binds: as_of.
select state, count(*) as duties, count(*) filter (where is_overdue) as overdue
from register.state_of_duties(CAST(:as_of AS date))
group by state
order by state;
