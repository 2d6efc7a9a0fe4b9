-- The keys of rows that changed since the last run, and of rows that speak with a ticket's replacement; or, where `everything`,
-- of all rows that have a child or should. What is noted meanwhile waits for the next run, and so do rows with a replacement: when
-- it ends, no row says so. Reads: conformed.source_record, identity.member, tickets.replaced. Writes: identity.change, stirred.
with taken as (
    delete from identity.change
    returning feed, county_code, record_key, as_of_date
),
speaking as materialized (
    select record.feed, record.county_code, record.record_key, record.as_of_date
    from tickets.replaced
    join conformed.source_record as record using (source_record_id)
),
noted as (
    insert into identity.change (feed, county_code, record_key, as_of_date)
    select feed, county_code, record_key, as_of_date
    from speaking
)
insert into stirred (feed, county_code, record_key, as_of_date)
select feed, county_code, record_key, as_of_date
from taken
union
select feed, county_code, record_key, as_of_date
from speaking
union
select record.feed, record.county_code, record.record_key, record.as_of_date
from conformed.source_record as record
left join identity.member as member using (source_record_id)
where CAST(:everything AS boolean)
    and (record.status = 'in_force' or member.source_record_id is not null);
