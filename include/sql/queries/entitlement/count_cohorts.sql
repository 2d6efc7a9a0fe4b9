-- Children by area and step at the end of each school year's first half: by age on 1 September while under six, by grade once
-- on the roll. A child counts once, wherever how many departments know it. Reads: ledger.current_fact, ledger.profile.
-- Binds: first_year, last_year, by_township, grades (as written → number), ages.  Returns: area, year, step, children.
with told as (
    select
        school_year.year,
        fact.child_id,
        max(fact.value) filter (where fact.kind = 'residence_code') as county_code,
        max(fact.value) filter (where fact.kind = 'residence_township') as township,
        max(fact.value) filter (where fact.kind = 'enrolment_status') as enrolment_status,
        max(fact.value) filter (where fact.kind = 'grade') as grade
    from generate_series(CAST(:first_year AS integer), CAST(:last_year AS integer)) as school_year (year)
    cross join lateral ledger.current_fact(make_date(school_year.year, 12, 31)) as fact
    where fact.kind in ('residence_code', 'residence_township', 'enrolment_status', 'grade')
    group by school_year.year, fact.child_id
),
placed as (
    select
        told.year,
        told.county_code
        || case when CAST(:by_township AS boolean) then ' ' || coalesce(told.township, '乡镇未知') else '' end as area,
        case
            when told.enrolment_status = 'enrolled' and CAST(:grades AS jsonb) ? told.grade
                then CAST(CAST(:grades AS jsonb) ->> told.grade AS integer) + CAST(:ages AS integer) - 1
            when profile.birth_date > make_date(told.year, 9, 1) - make_interval(years => CAST(:ages AS integer))
                and profile.birth_date <= make_date(told.year, 9, 1)
                then CAST(extract(year from age(make_date(told.year, 9, 1), profile.birth_date)) AS integer)
        end as step
    from told
    join ledger.profile as profile using (child_id)
    where told.county_code is not null
)
select area, year, step, count(*) as children
from placed
where step is not null
group by area, year, step
order by area, year, step;
