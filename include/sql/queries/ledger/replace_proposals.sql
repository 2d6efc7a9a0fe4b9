-- The days on which sightings propose a move: a source begins to see the child there, what spoke against it has run out, or
-- nothing leaves a doubt any more. Never where the child has been seen nowhere else by then. Reads: touched, stay, doubt, seen,
-- ledger.sighting. Writes: ledger.proposal.  Binds: as_of, own_counties.
with day as (
    select stay.child_id, stay.county_code, stay.since_date, min(seen.known_date) as proposed_date
    from stay
    join ledger.sighting as sighting
        on sighting.child_id = stay.child_id
            and sighting.county_code = stay.county_code
            and sighting.first_seen >= stay.since_date
            and sighting.first_seen < stay.until_date
    join seen
        on seen.child_id = sighting.child_id
            and seen.county_code = sighting.county_code
            and seen.feed = sighting.feed
            and seen.seen_date = sighting.first_seen
    group by stay.child_id, stay.county_code, stay.since_date, sighting.feed, sighting.first_seen
    union
    select child_id, county_code, since_date, upper(period)
    from doubt
    union
    select child_id, county_code, since_date, sure_date + 1
    from stay
),
doubted as (
    select
        day.child_id,
        day.county_code,
        day.since_date,
        day.proposed_date,
        coalesce(bool_or(doubt.period @> day.proposed_date), false) as at_the_time,
        coalesce(bool_or(doubt.period @> CAST(:as_of AS date)), false) as today
    from day
    left join doubt using (child_id, county_code, since_date)
    group by day.child_id, day.county_code, day.since_date, day.proposed_date
),
found as (
    select
        stay.child_id,
        stay.county_code,
        doubted.proposed_date,
        coalesce(stay.sure_date < doubted.proposed_date, false) and not doubted.at_the_time as is_sure,
        doubted.today as is_review,
        stay.since_date,
        stay.until_date
    from doubted
    join stay using (child_id, county_code, since_date)
    where doubted.proposed_date >= stay.known_date
        and doubted.proposed_date < stay.until_date
        and doubted.proposed_date <= CAST(:as_of AS date)
        and CAST(:own_counties AS jsonb) ? stay.county_code
        and exists (
            select 1
            from stay as other
            where other.child_id = stay.child_id
                and other.county_code <> stay.county_code
                and other.known_date <= doubted.proposed_date
        )
),
gone as (
    delete from ledger.proposal as proposal
    where proposal.child_id in (select child_id from touched)
        and not exists (
        select 1
        from found
        where (found.child_id, found.county_code, found.proposed_date)
            = (proposal.child_id, proposal.county_code, proposal.proposed_date)
    )
)
insert into ledger.proposal (child_id, county_code, proposed_date, is_sure, is_review, since_date, until_date)
select child_id, county_code, proposed_date, is_sure, is_review, since_date, until_date
from found
on conflict (child_id, county_code, proposed_date) do update set
    is_sure = excluded.is_sure,
    is_review = excluded.is_review,
    since_date = excluded.since_date,
    until_date = excluded.until_date
where (proposal.is_sure, proposal.is_review, proposal.since_date, proposal.until_date)
    is distinct from (excluded.is_sure, excluded.is_review, excluded.since_date, excluded.until_date);
