-- Who answered for a child up to a day, as a refresh knew it. Reads: ledger.custody and its versions.
select
    county_code,
    lower(period) as since,
    case when upper(period) <= CAST(:valid AS date) then upper(period) end as until,
    taken,
    case when upper(period) <= CAST(:valid AS date) then ended_reason end as ended_reason
from ledger.custody_as_known(CAST(:known AS bigint))
where child_id = :child_id
    and lower(period) <= CAST(:valid AS date)
order by period;
