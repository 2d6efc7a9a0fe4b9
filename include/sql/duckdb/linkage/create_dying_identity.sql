-- The numbers of what came and went, and whether each stands for nobody now. Reads: fresh, outgoing, record.
-- Binds: most (names).
create or replace temp table dying_identity as
with concerned as (
    select stated_id from fresh where stated_id is not null
    union
    select stated_id from outgoing where stated_id is not null
), written as (
    select stated_id, name from fresh
    union all
    select stated_id, name from record
)
select stated_id as id_number, count(distinct name) > $most as dead
from written
semi join concerned using (stated_id)
group by stated_id;
