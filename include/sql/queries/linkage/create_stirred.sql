-- Where the keys land that a run looks at, with how many of their rows changed. Reads: identity.change.
create temporary table stirred on commit drop as
select feed, county_code, record_key, as_of_date, CAST(0 AS bigint) as times
from identity.change
with no data;
