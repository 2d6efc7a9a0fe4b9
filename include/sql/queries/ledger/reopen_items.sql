-- Items of flags that hold again. Reads: ledger.flag. Writes: followup.item.
update followup.item as item
set state = 'queued', ended_date = null, county_code = flag.county_code
from ledger.flag as flag
where flag.flag_id = item.flag_id
    and flag.status = 'open'
    and item.state not in ('queued', 'delivered');
