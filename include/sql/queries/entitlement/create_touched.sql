-- Every child of the published ledger, as the matrix is of all of them. Reads: ledger.entry.
create temporary table touched on commit drop as
select distinct child_id
from ledger.entry
where left_date is null;
