-- Distinct addresses of records whose code names no county there is or was. Reads: source, division.
select distinct address as raw
from source
where address is not null and coalesce(county_of(residence_code) not in (select code from division), true);
