-- From one turn to the next a county answers for the child; a turn to where it already is changes nothing. Reads: turn.
create temporary table responsible on commit drop as
with picked as (
    select distinct on (child_id, day) child_id, county_code, day, taken
    from turn
    order by child_id, day, rank, number desc
),
changed as (
    select
        child_id,
        county_code,
        day,
        taken,
        lag(county_code) over (partition by child_id order by day) as before
    from picked
),
followed as (
    select
        child_id,
        county_code,
        taken,
        daterange(day, lead(day) over place) as period,
        case when lead(day) over place is not null then
            case when lead(county_code) over place is null then lead(taken) over place else 'transferred' end
        end as ended_reason
    from changed
    where county_code is distinct from before
    window place as (partition by child_id order by day)
)
select child_id, county_code, period, taken, ended_reason
from followed
where county_code is not null;
