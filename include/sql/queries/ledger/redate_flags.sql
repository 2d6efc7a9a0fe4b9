-- Flags that stand without a withdrawn file, but not as early as with it. Reads: doubted. Writes: ledger.flag.
-- Returns: flag_id, flag_code, raised_date.
update ledger.flag as flag
set raised_date = doubted.since_date
from doubted
where doubted.flag_id = flag.flag_id
    and doubted.since_date > flag.raised_date
returning flag.flag_id, flag.flag_code, flag.raised_date;
