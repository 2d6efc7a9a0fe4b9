-- Who goes where on which day: the items of one household are one trip, and whoever of it is due to be seen anyway is seen
-- then. The pressing and then the old ones first, who is seen again after a confirmed need among the others by that day, after all
-- items the visits that are only due again; so many trips a day as a village's director can make, none to whoever was found to
-- have moved and was not heard of since. What can't be done in time has its reason; a visit that is only due again has no item.
-- Reads: listed, owed_visit, ledger.profile, followup.workday.
-- Binds: at, households_a_day, households_a_day_in, household_at_most.
create temporary table planned on commit drop as
with owed as (
    select
        listed.county_code,
        listed.child_id,
        listed.item_id,
        listed.guardian_id_number,
        listed.guardian_phone,
        listed.address,
        listed.residence_township,
        listed.residence_village,
        array_position(array['urgent', 'serious', 'normal'], case when listed.recheck is null then listed.severity else 'normal' end)
            as pressing,
        case when listed.recheck is null then listed.raised_date else listed.due_date end as since_date,
        listed.due_at,
        listed.standing,
        listed.is_gone
    from listed
    where listed.queue = 'visit'
    union all
    select
        owed_visit.county_code,
        owed_visit.child_id,
        null,
        profile.guardian_id_number,
        profile.guardian_phone,
        profile.address,
        profile.residence_township,
        profile.residence_village,
        4,
        owed_visit.due_date,
        followup.end_of(owed_visit.due_date),
        null,
        false
    from owed_visit
    join ledger.profile as profile using (child_id)
    where not exists (
        select 1
        from listed
        where listed.child_id = owed_visit.child_id
            and listed.county_code = owed_visit.county_code
            and listed.queue = 'visit'
    )
),
person as (
    select distinct county_code, child_id, guardian_id_number, guardian_phone, address
    from owed
),
by_guardian as (
    select
        person.*,
        case
            when guardian_id_number is not null
                and count(*) over (partition by county_code, guardian_id_number) <= :household_at_most
                then min(child_id) over (partition by county_code, guardian_id_number)
            else child_id
        end as household
    from person
),
by_home as (
    select
        county_code,
        child_id,
        household as guarded,
        case
            when guardian_phone is not null
                and address is not null
                and count(*) over (partition by county_code, guardian_phone, address) <= :household_at_most
                then min(household) over (partition by county_code, guardian_phone, address)
            else household
        end as household
    from by_guardian
),
lived as (
    select county_code, child_id, min(household) over (partition by county_code, guarded) as household
    from by_home
),
home as ( -- one number for a county's household: joined by both, every one of a county would be compared with every other
    select county_code, child_id, household, dense_rank() over (order by county_code, household) as trip_number
    from lived
),
trip as (
    select
        home.trip_number,
        owed.county_code,
        home.household,
        -- one place, and one that is: brothers and sisters of two villages are still one trip
        (array_agg(owed.residence_township order by owed.residence_village, owed.residence_township))[1] as township,
        min(owed.residence_village) as village,
        min(owed.pressing) as pressing,
        min(owed.since_date) as since_date
    from owed
    join home using (county_code, child_id)
    where not owed.is_gone
    group by home.trip_number, owed.county_code, home.household
),
ranked as (
    select
        trip.*,
        nullif(
            coalesce(
                CAST(CAST(:households_a_day_in AS jsonb) ->> concat_ws('/', county_code, township, village) AS integer),
                :households_a_day
            ),
            0
        ) as a_day,
        row_number() over village_of as place,
        count(*) filter (where pressing = 1) over (partition by county_code, township, village) as pressing_count
    from trip
    window village_of as (
        partition by county_code, township, village order by pressing, since_date, household
    )
),
today as (
    select day, is_working, ordinal
    from followup.workday
    where day = followup.day_of(CAST(:at AS timestamptz))
),
queued as (
    select
        ranked.*,
        -- on a holiday only the urgent are gone to
        ranked.place - 1
        + case when ranked.pressing > 1 and not today.is_working then ranked.a_day - least(ranked.pressing_count, ranked.a_day) else 0 end
        as before_it,
        -- who is only due again is not seen before its day: else the queue would run ahead of the clock
        case when ranked.pressing = 4 then greatest(due.ordinal - today.ordinal, 0) else 0 end as days_to_wait
    from ranked
    cross join today
    left join followup.workday as due on due.day = ranked.since_date
),
placed as (
    select
        trip_number,
        village is not null as has_village,
        (before_it + greatest(max(days_to_wait * a_day - before_it) over in_line, 0)) / a_day as days
    from queued
    window in_line as (
        partition by county_code, township, village
        order by place
        rows between unbounded preceding and current row
    )
),
dated as (
    select
        placed.trip_number,
        case when has_village then case when placed.days = 0 then today.day else later.day end end as planned_date
    from placed
    cross join today
    left join followup.workday as later on later.is_working and later.ordinal = today.ordinal + placed.days
)
select
    owed.item_id,
    owed.child_id,
    owed.county_code,
    home.household,
    case when not owed.is_gone then dated.planned_date end as planned_date,
    case
        when owed.is_gone then 'moved'
        when owed.residence_village is null then 'no_village'
        when owed.standing = 'returned' then 'returned'
        when owed.due_at <= CAST(:at AS timestamptz) then 'late'
        when coalesce(dated.planned_date > followup.day_of(owed.due_at - interval '1 microsecond'), true) then 'no_capacity'
    end as unmet
from owed
join home using (county_code, child_id)
left join dated using (trip_number);
