-- How the records of a key begin in the engine, and how many it may know of: those in force and those that changed.
-- Reads: stirred, arrived.
select
    concat_ws('|', stirred.feed, stirred.county_code, stirred.record_key, stirred.as_of_date, '#') as prefix,
    stirred.times + count(arrived.source_record_id) as most
from stirred
left join arrived using (feed, county_code, record_key, as_of_date)
group by stirred.feed, stirred.county_code, stirred.record_key, stirred.as_of_date, stirred.times;
