-- Queue items by state. Reads: followup.item.
select state, count(*) as items
from followup.item
group by state
order by state;
