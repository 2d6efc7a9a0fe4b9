-- Residue whose pairs must be scored: touched, newly residue, of a name that became more or less common, or all of it where
-- chance is reckoned anew. Reads: residue_now, residue, touched, loose, turned_name. Binds: all.
create or replace temp table rescored as
select unit
from residue_now
where unit in (select unit from touched) or unit not in (select unit from residue)
union
select unit
from loose
where ($all or name in (select name from turned_name))
    and unit in (select unit from residue union all select unit from residue_now)
    and unit not in (select unit from affected where unit not in (select unit from residue_now));
