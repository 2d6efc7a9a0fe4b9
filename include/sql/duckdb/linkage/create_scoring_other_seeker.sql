-- Second round: the other residue looks for touched units. Reads: loose, residue, rescored.
create or replace temp table seeker as
select *
from loose
where unit in (select unit from residue)
    and unit not in (select unit from rescored);
