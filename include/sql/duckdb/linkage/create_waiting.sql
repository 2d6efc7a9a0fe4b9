-- The other residue. Reads: loose, residue, rescored.
create or replace temp table waiting as
select *
from loose
where unit in (select unit from residue)
    and unit not in (select unit from rescored);
