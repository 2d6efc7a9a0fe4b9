-- How the records of the keys begin in the engine. Reads: stirred.
select concat_ws('|', feed, county_code, record_key, as_of_date, '#') as prefix
from stirred;
