-- Queue items by state, without those of a withdrawn file. Reads: followup.item, ledger.flag.
select item.state, count(*) as items
from followup.item as item
join ledger.flag as flag using (flag_id)
where flag.status <> 'withdrawn'
group by item.state
order by item.state;
