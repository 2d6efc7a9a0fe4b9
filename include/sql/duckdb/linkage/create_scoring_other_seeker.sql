-- Second round, the other way about: what the other residue may look for. Reads: reached, loose, touched, rescored.
create or replace temp table seeker as
select * from reached
union all
select *
from loose
where unit in (select unit from touched)
    and unit not in (select unit from rescored);
