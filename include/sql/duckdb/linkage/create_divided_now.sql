-- Reads: told, placed, record.
create or replace temp table divided_now as
with known as (
    select rid, "natural" from placed
    union all
    select rid, "natural"
    from record
    where rid in (select left_rid from told union all select right_rid from told)
)
select distinct l."natural"
from told
join known as l on l.rid = told.left_rid
join known as r on r.rid = told.right_rid
where told.verdict = 'DIFFERENT'
    and l."natural" = r."natural";
