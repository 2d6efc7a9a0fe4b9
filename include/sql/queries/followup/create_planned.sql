-- Who goes where on which day: the items of one household are one trip, the pressing and then the old ones first, so many
-- trips a day as a village's director can make. What can't be done in time has its reason. Reads: listed,
-- followup.workday.  Binds: at, households_a_day, households_a_day_in, household_at_most.
create temporary table planned on commit drop as
with person as (
    select distinct county_code, child_id, guardian_id_number, guardian_phone, address
    from listed
    where queue = 'visit'
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
home as (
    select child_id, min(household) over (partition by guarded) as household
    from by_home
),
trip as (
    select
        listed.county_code,
        home.household,
        min(listed.residence_township) as township,
        min(listed.residence_village) as village,
        min(array_position(array['urgent', 'serious', 'normal'], listed.severity)) as pressing,
        min(listed.raised_date) as since_date
    from listed
    join home using (child_id)
    where listed.queue = 'visit'
    group by listed.county_code, home.household
),
ranked as (
    select
        trip.*,
        coalesce(
            CAST(CAST(:households_a_day_in AS jsonb) ->> concat_ws('/', county_code, township, village) AS integer),
            :households_a_day
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
placed as (
    select
        ranked.county_code,
        ranked.household,
        ranked.village is not null as has_village,
        -- on a holiday only the urgent are gone to
        (
            ranked.place - 1
            + case when ranked.pressing > 1 and not today.is_working then ranked.a_day - least(ranked.pressing_count, ranked.a_day) else 0 end
        ) / ranked.a_day as days
    from ranked
    cross join today
),
dated as (
    select
        placed.county_code,
        placed.household,
        case when has_village then case when placed.days = 0 then today.day else later.day end end as planned_date
    from placed
    cross join today
    left join followup.workday as later on later.is_working and later.ordinal = today.ordinal + placed.days
)
select
    listed.item_id,
    home.household,
    dated.planned_date,
    case
        when listed.residence_village is null then 'no_village'
        when listed.standing = 'returned' then 'returned'
        when listed.due_at <= CAST(:at AS timestamptz) then 'late'
        when coalesce(dated.planned_date > followup.day_of(listed.due_at - interval '1 microsecond'), true) then 'no_capacity'
    end as unmet
from listed
join home using (child_id)
join dated on dated.household = home.household and dated.county_code = listed.county_code
where listed.queue = 'visit';
