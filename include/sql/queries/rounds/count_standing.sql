-- A county's ledger as a refresh knew it: entries by tier, flags by rule and status. Reads: ledger.entry, ledger.flag.
-- Binds: known, county_code.
-- Returns: kind, name, found.
select 'entries' as kind, tier as name, count(*) as found
from ledger.entry_as_known(CAST(:known AS bigint))
where county_code = CAST(:county_code AS text)
    and left_date is null
group by tier
union all
select 'flags', flag_code || ' ' || status, count(*)
from ledger.flag_as_known(CAST(:known AS bigint))
where county_code = CAST(:county_code AS text)
    and status <> 'withdrawn'
group by flag_code, status
order by kind, name;
