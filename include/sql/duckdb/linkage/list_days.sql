-- Birth dates not met before. Reads: fresh, day.
select distinct birth::varchar as birth
from fresh
where birth is not null
    and birth not in (select birth from day);
