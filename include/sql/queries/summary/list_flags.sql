-- Flags by reason and status. Reads: ledger.flag.
select
    flag_code,
    count(*) filter (where status = 'open') as open,
    count(*) filter (where status = 'confirmed') as confirmed,
    count(*) filter (where status = 'dismissed') as dismissed,
    count(*) filter (where status = 'lapsed') as lapsed
from ledger.flag
where status <> 'withdrawn'
group by flag_code
order by flag_code;
