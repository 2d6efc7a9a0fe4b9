-- Distinct addresses of records whose code names no county. Reads: source.
select distinct address as raw
from source
where address is not null and county_of(residence_code) is null;
