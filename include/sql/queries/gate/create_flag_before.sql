-- Open flags of the ledger without the file. Reads: ledger.flag.
create temporary table flag_before on commit drop as
select flag_id, county_code
from ledger.flag
where status = 'open';
