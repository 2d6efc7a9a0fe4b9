-- The numbers of what came and went, and whether each stands for nobody now: written with more names or birth
-- dates than slips explain. Reads: fresh, outgoing, record. Binds: most (of each).
create or replace temp table dying_identity as
with concerned as (
    select stated_id from fresh where stated_id is not null
    union
    select stated_id from outgoing where stated_id is not null
), written as materialized (
    select stated_id, name, birth from fresh semi join concerned using (stated_id)
    union all
    select stated_id, name, birth from record semi join concerned using (stated_id)
), often as (
    select stated_id from written group by stated_id having count(*) > $most
), told as (
    select stated_id, greatest(count(distinct name), count(distinct birth)) > $most as dead
    from written
    semi join often using (stated_id)
    group by stated_id
)
select concerned.stated_id as id_number, coalesce(told.dead, false) as dead
from concerned
left join told using (stated_id);
