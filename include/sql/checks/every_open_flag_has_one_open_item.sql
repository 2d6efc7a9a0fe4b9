-- A flag without a queue item leaves a child alone; one with two sends two people.
select flag.flag_id
from ledger.flag as flag
left join followup.item as item on item.flag_id = flag.flag_id and item.state in ('queued', 'delivered')
where flag.status = 'open'
group by flag.flag_id
having count(item.item_id) <> 1;
