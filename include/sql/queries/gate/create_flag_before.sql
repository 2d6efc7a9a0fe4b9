-- Open flags of the ledger without the files. Reads: ledger.flag.
create temporary table flag_before on commit drop as
select flag_id, child_id, county_code
from ledger.flag
where status = 'open';
