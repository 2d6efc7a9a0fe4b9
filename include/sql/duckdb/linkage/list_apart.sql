-- Units people told apart. Reads: told, record, part.
select l.unit as low, r.unit as high
from told
join record as l on l.rid = told.left_rid
join record as r on r.rid = told.right_rid
where told.verdict = 'DIFFERENT'
    and l.unit <> r.unit
    and l.unit in (select unit from part)
    and r.unit in (select unit from part);
