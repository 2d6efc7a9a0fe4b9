-- Who saw a child where. Reads: ledger.sighting.  Returns: county_code, feed, first_seen, last_seen, until_date.
select county_code, feed, first_seen, last_seen, until_date
from ledger.sighting
where child_id = :child_id
order by first_seen, county_code, feed;
