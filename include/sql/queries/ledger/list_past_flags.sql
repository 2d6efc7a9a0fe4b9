-- Flags of a child raised by a day, as a refresh knew them. Reads: ledger.flag and its versions.
select
    flag_id,
    flag_code,
    county_code,
    raised_date,
    case when ended_date <= CAST(:valid AS date) then status else 'open' end as status,
    case when ended_date <= CAST(:valid AS date) then verdict end as verdict,
    case when ended_date <= CAST(:valid AS date) then ended_date end as ended_date
from ledger.flag_as_known(CAST(:known AS bigint))
where child_id = :child_id
    and raised_date <= CAST(:valid AS date)
    and status <> 'withdrawn'
order by flag_id;
