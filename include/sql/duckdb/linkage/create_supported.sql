-- School rolls, birth certificates and vaccination codes that more than one record bears: a slip of the pen bears nobody else's number.
-- Reads: record, dirty.
create or replace temp table supported as
with borne as (
    select school_roll as value from record where school_roll is not null and unit in (select unit from dirty)
    union
    select birth_certificate from record where birth_certificate is not null and unit in (select unit from dirty)
    union
    select vaccination from record where vaccination is not null and unit in (select unit from dirty)
)
select value
from (
    select school_roll as value from record semi join borne on borne.value = record.school_roll
    union all
    select birth_certificate from record semi join borne on borne.value = record.birth_certificate
    union all
    select vaccination from record semi join borne on borne.value = record.vaccination
)
group by value
having count(*) > 1;
