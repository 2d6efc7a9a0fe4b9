-- The next day on which each touched child changes by the calendar alone: a statement stops counting, unless the next of its
-- kind and feed outlasts it (whoever speaks newest, or is best placed, is never such a one; of kinds that count beside each
-- other each is looked at); nobody sees the child in a county any more; the last day a statement names passes; evidence gets
-- too old for a rule; the months of a definition; a birthday (the day after in a leap year); a word of where the child lives
-- could be known; an offer is due; a service is due or no more; a gap is old enough for a rule.
-- Reads: touched, said, ledger.sighting, ledger.profile, seen, ledger.offer, judged, told. Writes: ledger.awaited.
-- Binds: as_of, beside (rules/cadence.yaml), months (of definitions), ageing (fact kind, months).
with ending as (
    select
        child_id,
        kind,
        as_of_date,
        expires_date,
        lead(as_of_date) over next_one as next_as_of_date,
        lead(expires_date) over next_one as next_expires_date
    from said
    where as_of_date <= CAST(:as_of AS date)
        and expires_date > CAST(:as_of AS date)
    window next_one as (partition by child_id, kind, feed order by as_of_date)
),
mark as (
    select child_id, expires_date as day
    from ending
    where CAST(:beside AS jsonb) ? kind
        or (next_as_of_date > as_of_date and next_expires_date > expires_date) is not true
    union all
    select sighting.child_id, sighting.until_date
    from touched
    join ledger.sighting as sighting using (child_id)
    union all
    select child_id, CAST(value AS date) + 1
    from said
    where kind like '%\_until'
    union all
    select said.child_id, CAST(said.as_of_date + make_interval(months => ageing.months) AS date)
    from said
    join jsonb_to_recordset(CAST(:ageing AS jsonb)) as ageing (kind text, months integer) using (kind)
    union all
    select said.child_id, CAST(CAST(said.value AS date) + make_interval(months => months) AS date)
    from said
    cross join unnest(CAST(:months AS integer [])) as months
    where said.kind = 'residence_since'
    union all
    select profile.child_id, birthday.day + later
    from touched
    join ledger.profile as profile using (child_id)
    cross join lateral (
        select CAST(profile.birth_date + make_interval(
            years => CAST(date_part('year', age(CAST(:as_of AS date), profile.birth_date)) AS integer) + turned
        ) AS date)
        from generate_series(0, 1) as turned
    ) as birthday (day)
    cross join generate_series(0, 1) as later
    union all
    select seen.child_id, seen.known_date + later
    from seen
    cross join generate_series(0, 1) as later
    union all
    select offer.child_id, offer.due_date
    from touched
    join ledger.offer as offer using (child_id)
    where offer.state = 'offered'
    union all
    select judged.child_id, change.day
    from judged
    cross join lateral (values (judged.from_date), (judged.below_date), (judged.ripe_date)) as change (day)
    union all
    select told.child_id, told.until_date
    from told
),
coming as (
    select child_id, min(day) as day
    from mark
    where day > CAST(:as_of AS date)
    group by child_id
),
next as (
    select touched.child_id, coming.day
    from touched
    left join coming using (child_id)
)
merge into ledger.awaited as awaited
using next
on next.child_id = awaited.child_id
when matched and next.day is null then delete
when matched and next.day <> awaited.day then update set day = next.day
when not matched and next.day is not null then insert (child_id, day) values (next.child_id, next.day);
