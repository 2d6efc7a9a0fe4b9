-- Alarms there was no cause for after all: a file that came in time was still being judged, or the duty is excluded.
-- Writes: register.alarm.  Binds: as_of.
delete from register.alarm
using register.state_of_duties(CAST(:as_of AS date)) as duty
where alarm.feed = duty.feed
    and alarm.county_code = duty.county_code
    and alarm.period_name = duty.period_name
    and isempty(duty.silence);
