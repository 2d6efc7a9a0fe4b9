-- Reads: record, touched. Writes: unit.
insert into unit
select
    unit,
    min(id_number),
    count(*),
    count(distinct voice) as voices,
    min(id_number) is not null and voices > 1 and coalesce(bool_or(agrees), false)
from record
where unit in (select unit from touched)
group by unit;
