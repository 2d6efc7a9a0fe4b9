-- The last refresh before a day ended in Beijing, or the one with that number; none: nothing was known yet.
-- Reads: ledger.refresh.  Binds: day or number; the other null.
select refresh_id, as_of_date, refreshed_at, rules_sha256, code_version, figures
from ledger.refresh
where refresh_id = CAST(:number AS bigint)
    or refreshed_at < CAST(CAST(:day AS date) + 1 AS timestamp) at time zone 'Asia/Shanghai'
order by refresh_id desc
limit 1;
