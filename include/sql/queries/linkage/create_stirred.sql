-- Where the keys land that a run looks at. Reads: identity.change.
create temporary table stirred on commit drop as
select feed, county_code, record_key, as_of_date
from identity.change
with no data;
