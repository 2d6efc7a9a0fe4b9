-- Children on no list of a feed, with the statement that places them in the county whose list is whole: not the county's
-- first, no row held back beyond :held_back_share, no truncation, no older than :list_months, and every file of the feed
-- matched. A list that did not come, or not whole, says nothing of anybody; who was ever on a list in force is not here but
-- in conformed.absence. Reads: intake.receipt, conformed.absence, conformed.source_record, identity.member, standing_fact.
-- Binds: as_of, list_feeds, lists_needed, held_back_share, list_months (rules/absence.yaml).
create temporary table unlisted on commit drop as
with list as (
    select
        feed,
        county_code,
        as_of_date as list_date,
        sum(rejected_count) <= CAST(:held_back_share AS numeric) * sum(accepted_count + rejected_count) as is_whole,
        row_number() over (partition by feed, county_code order by as_of_date desc) = 1 as is_newest,
        count(*) over (partition by feed, county_code) as list_count
    from intake.receipt
    where CAST(:list_feeds AS jsonb) ? feed
        and state = 'settled'
        and verdict in ('accepted', 'partial')
        and withdrawn_at is null
        and superseded_by is null
        and as_of_date <= CAST(:as_of AS date)
    group by feed, county_code, as_of_date
),
whole as (
    select list.feed, list.county_code, list.list_date
    from list
    where list.is_newest
        and list.is_whole
        and list.list_count >= CAST(:lists_needed AS integer)
        and list.list_date + make_interval(months => CAST(:list_months AS integer)) > CAST(:as_of AS date)
        and not exists (
            select 1
            from conformed.absence as absence
            where absence.feed = list.feed
                and absence.county_code = list.county_code
                and absence.absent_date = list.list_date
                and absence.state = 'truncated'
        )
        and not exists (
            select 1
            from intake.receipt as waiting
            where waiting.feed = list.feed
                and waiting.state = 'settled'
                and waiting.verdict in ('accepted', 'partial')
                and waiting.resolved_at is null
        )
)
select
    whole.feed,
    whole.list_date,
    make_date(
        CAST(extract(year from CAST(:as_of AS date) - interval '8 months') AS integer), 9, 1
    ) as school_year_start,
    place.child_id,
    place.source_record_id,
    place.kind
from whole
join standing_fact as place
    on place.kind = 'residence_code' and place.value = whole.county_code and place.as_of_date <= whole.list_date
where place.is_watched
    and place.is_newest
    and not exists (
        select 1
        from identity.member as member
        join conformed.source_record as record using (source_record_id)
        where member.child_id = place.child_id
            and record.feed = whole.feed
            and record.status = 'in_force'
    );
