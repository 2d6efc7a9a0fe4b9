-- What each department owes for a round, and whether it came. Reads: register.duty, intake.receipt.
-- Binds: first_day, last_day, as_of; county_code (null for all).
select duty.county_code, duty.department, duty.feed, duty.period_name, duty.state
from register.state_of_duties(CAST(:as_of AS date)) as duty
where duty.last_day between CAST(:first_day AS date) and CAST(:last_day AS date)
    and duty.county_code = coalesce(CAST(:county_code AS text), duty.county_code)
order by duty.county_code, duty.department, duty.feed, duty.period_name;
