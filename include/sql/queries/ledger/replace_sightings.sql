-- Where every touched child is seen: rows of one kind of source in one county are one sighting until they no longer count or say
-- that the child left. Reads: touched, placed. Writes: ledger.sighting.
with told as (
    select
        child_id,
        county_code,
        feed,
        seen_date,
        max(expires_date) as expires_date,
        bool_or(is_own) as is_own,
        bool_and(is_leaving) as is_leaving
    from placed
    group by child_id, county_code, feed, seen_date
),
begun as (
    select
        child_id,
        county_code,
        feed,
        seen_date,
        expires_date,
        is_own,
        is_leaving,
        coalesce(
            lag(is_leaving) over place
            or max(expires_date) over (place rows between unbounded preceding and 1 preceding) <= seen_date,
            true
        ) as begins
    from told
    window place as (partition by child_id, county_code, feed order by seen_date)
),
numbered as (
    select
        child_id,
        county_code,
        feed,
        seen_date,
        expires_date,
        is_own,
        is_leaving,
        count(*) filter (where begins) over (partition by child_id, county_code, feed order by seen_date) as number
    from begun
),
found as (
    select
        child_id,
        county_code,
        feed,
        min(seen_date) as first_seen,
        max(seen_date) as last_seen,
        coalesce(max(seen_date) filter (where is_leaving), max(expires_date)) as until_date,
        bool_or(is_own) as is_own
    from numbered
    group by child_id, county_code, feed, number
),
stood as materialized (
    select child_id, county_code, feed, first_seen, last_seen, until_date, is_own
    from touched
    join ledger.sighting using (child_id)
),
gone as (
    delete from ledger.sighting as sighting
    using (
        select child_id, county_code, feed, first_seen
        from stood
        except
        select child_id, county_code, feed, first_seen
        from found
    ) as former
    where (former.child_id, former.county_code, former.feed, former.first_seen)
        = (sighting.child_id, sighting.county_code, sighting.feed, sighting.first_seen)
)
insert into ledger.sighting (child_id, county_code, feed, first_seen, last_seen, until_date, is_own)
select child_id, county_code, feed, first_seen, last_seen, until_date, is_own
from found
except
select child_id, county_code, feed, first_seen, last_seen, until_date, is_own
from stood
order by child_id
on conflict (child_id, county_code, feed, first_seen) do update set
    last_seen = excluded.last_seen,
    until_date = excluded.until_date,
    is_own = excluded.is_own;
