-- Tasks a county was given and whose file was withdrawn in the last half-year of the ledger: it is told not to go.
-- Reads: followup.item, ledger.flag, ledger.refresh.
select item.item_id, item.county_code, item.child_id, flag.flag_code, item.ended_date
from followup.item as item
join ledger.flag as flag using (flag_id)
where flag.status = 'withdrawn'
    and item.delivered_at is not null
    and item.ended_date > (select as_of_date from ledger.refresh where is_head) - interval '6 months'
order by item.county_code, item.item_id;
