-- What falls due in each of the coming weeks, by village and duty; what is overdue falls into the first.
-- Reads: ledger.duties.  Binds: cadence (rules/cadence.yaml), as_of, under_age, weeks, county_code (null: all).
-- Returns: county_code, township, village, duty, week (from 0), number.
select
    duty.county_code,
    duty.township,
    duty.village,
    duty.duty,
    (CAST(due.day AS date) - CAST(:as_of AS date)) / 7 as week,
    count(*) as number
from ledger.duties(
    CAST(:cadence AS jsonb), CAST(CAST(:as_of AS date) - make_interval(years => CAST(:under_age AS integer)) AS date)
) as duty
cross join lateral generate_series(
    greatest(duty.due_date, CAST(:as_of AS date)), CAST(:as_of AS date) + 7 * CAST(:weeks AS integer) - 1, make_interval(days => duty.days)
) as due (day)
where duty.county_code = coalesce(:county_code, duty.county_code)
group by duty.county_code, duty.township, duty.village, duty.duty, week
order by duty.county_code, duty.township, duty.village, duty.duty, week;
