-- Residue whose pairs must be scored: touched, newly residue, or of a name that became more or less common.
-- Reads: residue_now, residue, touched, loose, turned_name.
create or replace temp table rescored as
select unit
from residue_now
where unit in (select unit from touched) or unit not in (select unit from residue)
union
select unit
from loose
where name in (select name from turned_name)
    and unit in (select unit from residue union all select unit from residue_now)
    and unit not in (select unit from affected where unit not in (select unit from residue_now));
