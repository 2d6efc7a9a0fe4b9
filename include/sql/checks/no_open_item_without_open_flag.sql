-- Nobody is sent where no reason stands any more.
select item.item_id
from followup.item as item
join ledger.flag as flag using (flag_id)
where item.state in ('queued', 'delivered')
    and flag.status <> 'open';
