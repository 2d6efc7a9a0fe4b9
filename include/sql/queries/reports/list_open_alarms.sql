-- Duties whose sender is to be reminded. Reads: register.alarm, register.duty, intake.receipt.  Binds: as_of.
select
    duty.feed,
    duty.department,
    duty.county_code,
    duty.period_name,
    duty.first_day,
    duty.last_day,
    duty.due_on,
    duty.basis,
    duty.state,
    duty.refused_receipt_id,
    coalesce(alarm.reopened_on, alarm.opened_on) as silent_since
from register.alarm as alarm
join register.state_of_duties(CAST(:as_of AS date)) as duty using (feed, county_code, period_name)
where alarm.closed_at is null
order by duty.department, duty.county_code, duty.feed, duty.period_name;
