-- The next day on which each touched child changes by the calendar alone: a statement stops counting or its own last day
-- passes, evidence gets too old for a rule, the months of a definition, a birthday (the day after in a leap year), a
-- word of where the child lives could be known, an offer is due, a service is due or no more, a gap is old enough for a rule.
-- Reads: touched, said, ledger.profile, seen, ledger.offer, judged, told. Writes: ledger.awaited.
-- Binds: as_of, months (of definitions), ageing (fact kind, months).
with mark as (
    select
        child_id,
        least(
            case when expires_date > CAST(:as_of AS date) then expires_date end,
            case when kind like '%\_until' and CAST(value AS date) >= CAST(:as_of AS date) then CAST(value AS date) + 1 end
        ) as day
    from said
    where expires_date > CAST(:as_of AS date)
        or kind like '%\_until'
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
next as (
    select touched.child_id, min(mark.day) filter (where mark.day > CAST(:as_of AS date)) as day
    from touched
    left join mark using (child_id)
    group by touched.child_id
)
merge into ledger.awaited as awaited
using next
on next.child_id = awaited.child_id
when matched and next.day is null then delete
when matched and next.day <> awaited.day then update set day = next.day
when not matched and next.day is not null then insert (child_id, day) values (next.child_id, next.day);
