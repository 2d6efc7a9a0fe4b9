-- Children nobody took: the county that answers, since when, whom it asked, and where they were seen last.
-- Reads: ledger.pool, ledger.offer, ledger.sighting.
select
    pool.child_id,
    pool.county_code,
    pool.since_date,
    pool.offer_count,
    asked.offer_ids,
    seen.county_code as seen_in,
    seen.last_seen
from ledger.pool as pool
cross join lateral (
    select array_agg(offer.offer_id order by offer.offer_id) as offer_ids
    from ledger.offer as offer
    where offer.child_id = pool.child_id
        and offer.state in ('rejected', 'expired')
) as asked
cross join lateral (
    select sighting.county_code, sighting.last_seen
    from ledger.sighting as sighting
    where sighting.child_id = pool.child_id
    order by sighting.last_seen desc, sighting.first_seen desc, sighting.feed, sighting.county_code
    limit 1
) as seen
order by pool.since_date, pool.child_id;
