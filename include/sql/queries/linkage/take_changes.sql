-- The keys of rows that changed since the last run, and of rows that speak with a ticket's replacement; or all there are. What
-- is noted meanwhile waits for the next run. Reads: conformed.source_record, tickets.replaced. Writes: identity.change, stirred.
-- Binds: everything.
with taken as (
    delete from identity.change
    returning feed, county_code, record_key, as_of_date
),
looked_at as (
    select feed, county_code, record_key, as_of_date, 1 as times
    from taken
    where not CAST(:everything AS boolean)
    union all
    select record.feed, record.county_code, record.record_key, record.as_of_date, 0
    from tickets.replaced
    join conformed.source_record as record using (source_record_id)
    where not CAST(:everything AS boolean)
    union all
    select feed, county_code, record_key, as_of_date, 0
    from conformed.source_record
    where CAST(:everything AS boolean)
        and status = 'in_force'
)
insert into stirred (feed, county_code, record_key, as_of_date, times)
select feed, county_code, record_key, as_of_date, sum(times)
from looked_at
group by feed, county_code, record_key, as_of_date;
