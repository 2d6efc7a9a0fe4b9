-- What all sources together say: the stays of a child in a county, since when each could be known, and since when enough
-- departments, or the county's own survey, vouch for it. Reads: ledger.sighting, seen.
create temporary table stay on commit drop as
with lived as (
    select child_id, county_code, unnest(range_agg(daterange(first_seen, until_date))) as period
    from ledger.sighting
    where child_id in (select child_id from seen)
        and first_seen < until_date
    group by child_id, county_code
),
vouched as (
    select
        lived.child_id,
        lived.county_code,
        lived.period,
        min(seen.known_date) as known_date,
        min(seen.known_date) filter (where seen.is_own and CAST(:surveys AS jsonb) ? seen.feed) as survey_date
    from lived
    join seen on seen.child_id = lived.child_id and seen.county_code = lived.county_code and seen.seen_date <@ lived.period
    group by lived.child_id, lived.county_code, lived.period, split_part(seen.feed, '.', 1)
)
select
    child_id,
    county_code,
    lower(period) as since_date,
    upper(period) as until_date,
    min(known_date) as known_date,
    least((array_agg(known_date order by known_date))[CAST(:departments AS integer)], min(survey_date)) as sure_date
from vouched
group by child_id, county_code, period;
