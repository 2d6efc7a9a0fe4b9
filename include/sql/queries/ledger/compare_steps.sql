-- Children whom a step of a path takes out (is_gone) or brings in. Reads: qualifying.  Binds: day, last (step).
with counted as (
    select distinct child_id, CAST(definition_version AS integer) as step
    from qualifying
    where tier = 'step'
        and during @> CAST(:day AS date)
),
changed as (
    select step + 1 as step, child_id, true as is_gone
    from counted
    where step < CAST(:last AS integer)
    union all
    select step, child_id, false
    from counted
    where step > 0
),
once as (
    select step, child_id, bool_or(is_gone) as is_gone
    from changed
    group by step, child_id
    having count(*) = 1
)
select step, is_gone, count(*) as children
from once
group by step, is_gone;
