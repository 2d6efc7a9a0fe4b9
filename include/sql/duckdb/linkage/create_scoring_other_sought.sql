-- Reads: record, touched, rescored.
create or replace temp view sought as
select *
from record
where unit in (select unit from touched)
    and unit not in (select unit from rescored);
