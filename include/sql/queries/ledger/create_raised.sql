-- Per child and rule, the evidence that holds today and its fingerprint: the same kinds and values, told again by a newer
-- file, are the same evidence, unless the reason was gone meanwhile (the same list said otherwise, or the same people in an
-- earlier row), or it was answered and seen anew after that, where the rule says so, or a list of a later school year than the
-- answer lacks the child, too. The county is where the child is said to live, if a survey or enough departments see it there,
-- else the one that answers for it: one row from elsewhere sends nobody there. Of a child rescued from the street nobody may know
-- where it lives: then it is the county's that told of it.
-- Reads: piece, said, unlisted, ledger.flag, ledger.sighting, ledger.custody, ledger.profile.
-- Binds: as_of, own_counties, visited_rules, again, events (feeds), list_feeds (by rule), beside (kinds), surveys (feeds),
-- departments (rules/custody.yaml).
create temporary table raised on commit drop as
with spoken as (
    select
        piece.child_id,
        piece.flag_code,
        piece.kind,
        piece.value,
        piece.source_record_id,
        other.value = piece.value as holds,
        lag(other.value = piece.value) over (
            partition by piece.child_id, piece.flag_code, piece.kind, piece.value, piece.source_record_id
            order by other.as_of_date, other.value <> piece.value
        ) as held
    from piece
    join said as other using (child_id, kind, feed, county_code)
    where CAST(:visited_rules AS jsonb) ? piece.flag_code
        and not CAST(:beside AS jsonb) ? piece.kind
        and other.as_of_date <= piece.as_of_date
        and (other.record_key = piece.record_key or CAST(:events AS jsonb) ? piece.feed)
),
returned as materialized ( -- how often the reason had been gone before, not since when: a late file of an old day asks nothing anew
    select child_id, flag_code, kind, value, max(times) as times
    from (
        select child_id, flag_code, kind, value, count(*) filter (where holds and held is not true) - 1 as times
        from spoken
        group by child_id, flag_code, kind, value, source_record_id
    ) as told
    where times > 0
    group by child_id, flag_code, kind, value
),
answered as materialized (
    select child_id, flag_code, kind, value, max(times) as times
    from (
        select piece.child_id, piece.flag_code, piece.kind, piece.value, count(*) as times
        from piece
        join ledger.flag as flag using (child_id, flag_code)
        where CAST(:again AS jsonb) -> piece.flag_code ? flag.status
            and flag.ended_date < piece.as_of_date
            and CAST(:events AS jsonb) ? piece.feed
        group by piece.child_id, piece.flag_code, piece.kind, piece.value, piece.source_record_id
        union all
        select piece.child_id, piece.flag_code, piece.kind, piece.value, count(*)
        from piece
        join unlisted using (child_id, source_record_id, kind)
        join ledger.flag as flag using (child_id, flag_code)
        where unlisted.feed = CAST(:list_feeds AS jsonb) ->> piece.flag_code
            and flag.status in ('confirmed', 'dismissed')
            and flag.ended_date < unlisted.school_year_start
            and unlisted.school_year_start <= unlisted.list_date
        group by piece.child_id, piece.flag_code, piece.kind, piece.value, piece.source_record_id
    ) as told
    group by child_id, flag_code, kind, value
),
told as (
    select
        piece.*,
        concat(piece.kind, '=', piece.value, '@' || returned.times, '#' || answered.times) as said
    from piece
    left join returned using (child_id, flag_code, kind, value)
    left join answered using (child_id, flag_code, kind, value)
),
teller as (
    select distinct on (child_id) child_id, county_code
    from told
    order by child_id, as_of_date desc, source_record_id desc
),
home as (
    select
        profile.child_id,
        case
            when profile.residence_code is null then coalesce(custody.county_code, teller.county_code)
            when custody.county_code is null or custody.county_code = profile.residence_code then profile.residence_code
            when CAST(:own_counties AS jsonb) ? profile.residence_code
                and not exists (
                    select 1
                    from ledger.sighting as sighting
                    where sighting.child_id = profile.child_id
                        and sighting.county_code = profile.residence_code
                        and sighting.until_date > CAST(:as_of AS date)
                    having count(distinct split_part(sighting.feed, '.', 1)) >= CAST(:departments AS integer)
                        or bool_or(CAST(:surveys AS jsonb) ? sighting.feed)
                ) then custody.county_code
            else profile.residence_code
        end as county_code
    from ledger.profile as profile
    join teller on teller.child_id = profile.child_id
    left join ledger.custody as custody on custody.child_id = profile.child_id and upper_inf(custody.period)
)
select
    told.child_id,
    told.flag_code,
    encode(sha256(convert_to(string_agg(distinct told.said, '&' order by told.said), 'UTF8')), 'hex') as evidence_fingerprint,
    jsonb_agg(distinct jsonb_build_object('kind', told.kind, 'source_record_id', told.source_record_id)) as evidence,
    home.county_code
from told
join home on home.child_id = told.child_id
where CAST(:own_counties AS jsonb) ? home.county_code
group by told.child_id, told.flag_code, home.county_code;
