-- The register for the index pages. Reads: register.duty, register.alarm, intake.receipt.  Binds: as_of.
select
    duty.feed,
    duty.county_code,
    duty.period_name,
    duty.last_day,
    duty.due_on,
    duty.basis,
    duty.excluded_reason,
    duty.state,
    duty.is_overdue,
    duty.is_late,
    duty.arrived_on,
    case
        when alarm.closed_at is null and coalesce(alarm.reopened_on, alarm.opened_on) > duty.due_on + 1
            then coalesce(alarm.reopened_on, alarm.opened_on)
    end as withdrawn_on
from register.state_of_duties(CAST(:as_of AS date)) as duty
left join register.alarm as alarm using (feed, county_code, period_name)
order by duty.first_day, duty.period_name;
