-- Flags that only ever rested on withdrawn files: they were never true of the child. Reads: doubted. Writes: ledger.flag.
update ledger.flag as flag
set status = 'withdrawn', ended_date = coalesce(flag.ended_date, CAST(:as_of AS date))
from doubted
where doubted.flag_id = flag.flag_id
    and doubted.since_date is null;
