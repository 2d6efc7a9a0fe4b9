-- Counties asked by a day to take a child over, as a refresh knew it. Reads: ledger.offer and its versions.
select
    offer_id,
    from_county_code,
    county_code,
    offered_date,
    due_date,
    case when ended_date <= CAST(:valid AS date) then state else 'offered' end as state,
    case when ended_date <= CAST(:valid AS date) then reason end as reason,
    case when ended_date <= CAST(:valid AS date) then ended_date end as ended_date
from ledger.offer_as_known(CAST(:known AS bigint))
where child_id = :child_id
    and offered_date <= CAST(:valid AS date)
order by offered_date, county_code;
