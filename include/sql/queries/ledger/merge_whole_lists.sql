-- Lists that are whole enough to say that a child is on none: not the county's first, no row held back beyond
-- :held_back_share, no truncation, no older than :list_months, and every file of the feed matched. Where that turned, every
-- child ever told to live in the county is touched. Reads: intake.receipt, conformed.absence, ledger.fact.
-- Writes: ledger.whole_list, touched.  Binds: as_of, list_feeds, lists_needed, held_back_share, list_months (rules/absence.yaml).
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
    select
        list.feed,
        list.county_code,
        list.list_date,
        make_date(
            CAST(extract(year from CAST(:as_of AS date) - interval '8 months') AS integer), 9, 1
        ) as school_year_start
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
),
turned as (
    merge into ledger.whole_list as standing
    using whole
    on whole.feed = standing.feed and whole.county_code = standing.county_code
    when matched
        and (standing.list_date, standing.school_year_start) is distinct from (whole.list_date, whole.school_year_start)
        then update set list_date = whole.list_date, school_year_start = whole.school_year_start
    when not matched by source then delete
    when not matched then insert (feed, county_code, list_date, school_year_start)
        values (whole.feed, whole.county_code, whole.list_date, whole.school_year_start)
    returning standing.county_code
)
insert into touched (child_id)
select distinct fact.child_id
from turned
join ledger.fact as fact on fact.kind = 'residence_code' and fact.value = turned.county_code
where fact.child_id not in (select child_id from touched);
