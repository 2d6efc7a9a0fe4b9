-- Reads: record, unit, touched. Writes: loose.
insert into loose
select *
from record
where unit in (select unit.unit from unit semi join touched using (unit) where not unit.firm);
