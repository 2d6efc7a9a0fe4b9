-- Units whose clusters must be found again: all of every component that lost or gained something.
-- Reads: touched, rescored, lost_edge, edge, cluster.
create or replace temp table dirty as
with bearing as (
    select unit
    from record
    where school_roll in (select school_roll from fresh union all select school_roll from outgoing)
    union
    select unit
    from record
    where birth_certificate in (select birth_certificate from fresh union all select birth_certificate from outgoing)
    union
    select unit
    from record
    where vaccination in (select vaccination from fresh union all select vaccination from outgoing)
), concerned as (
    select unit from touched
    union
    select unit from rescored
    union
    select unit from record where rid in (select rid from turned_word)
    union
    select unit from rechecked
    union
    select unit from bearing
    union
    select low from lost_edge
    union
    select high from lost_edge
    union
    select unnest([low, high])
    from edge
    where low in (select unit from touched union all select unit from rescored union all select unit from rechecked)
        or high in (select unit from touched union all select unit from rescored union all select unit from rechecked)
        or route in ('judged', 'stated_child')
), stirred as (
    select distinct component from cluster semi join concerned using (unit)
)
select unit from concerned
union
select unit from cluster semi join stirred using (component);
