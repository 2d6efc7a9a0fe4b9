-- The register as of a day, oldest duty first. Reads: register.duty, intake.receipt.
-- Binds: as_of; county_code, feed (null for all); overdue_only.
select
    duty.feed,
    duty.county_code,
    duty.period_name,
    duty.due_on,
    duty.basis,
    duty.excluded_reason,
    duty.state,
    duty.is_overdue,
    duty.is_late,
    duty.receipt_id,
    duty.arrived_on,
    duty.refused_receipt_id
from register.state_of_duties(CAST(:as_of AS date)) as duty
where duty.county_code = coalesce(CAST(:county_code AS text), duty.county_code)
    and duty.feed = coalesce(CAST(:feed AS text), duty.feed)
    and (duty.is_overdue or not CAST(:overdue_only AS boolean))
order by duty.due_on, duty.feed, duty.county_code;
