-- Reads: record, touched. Writes: unit.
insert into unit
select
    unit,
    min(id_number),
    count(*),
    coalesce(min(id_number) is not null and count(distinct coalesce(feed, rid)) > 1 and bool_or(agrees), false)
from record
where unit in (select unit from touched)
group by unit;
