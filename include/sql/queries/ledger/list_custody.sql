-- Who answered for a child, from when until when. Reads: ledger.custody.
-- Returns: county_code, since, until, taken, ended_reason.
select county_code, lower(period) as since, upper(period) as until, taken, ended_reason
from ledger.custody
where child_id = :child_id
order by period;
