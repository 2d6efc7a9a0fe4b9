-- Reads: record, unit, touched.
create or replace temp view sought as
select *
from record
where unit in (select unit.unit from unit semi join touched using (unit) where unit.firm);
