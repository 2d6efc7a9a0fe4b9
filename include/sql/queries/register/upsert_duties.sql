-- Every duty of the periods that have begun. A due day is fixed once it has passed; a period that overlaps one already
-- due in another cadence is not asked for again. Reads: sender, begun. Writes: register.duty.  Binds: as_of.
insert into register.duty (
    feed, county_code, period_name, department, first_day, last_day, due_on, basis, excluded_reason
)
select
    sender.feed,
    sender.county_code,
    begun.period_name,
    sender.department,
    begun.first_day,
    begun.last_day,
    begun.due_on,
    begun.basis,
    sender.excluded_reason
from sender
join begun on begun.feed = sender.feed and begun.first_day >= sender.first_period
where not exists (
    select 1
    from register.duty as other
    where other.feed = sender.feed
        and other.county_code = sender.county_code
        and other.period_name <> begun.period_name
        and other.first_day <= begun.last_day
        and other.last_day >= begun.first_day
)
on conflict (feed, county_code, period_name) do update set
    department = excluded.department,
    due_on = case when duty.due_on < CAST(:as_of AS date) then duty.due_on else excluded.due_on end,
    basis = case when duty.due_on < CAST(:as_of AS date) then duty.basis else excluded.basis end,
    excluded_reason = excluded.excluded_reason
where (duty.department, duty.due_on, duty.basis, duty.excluded_reason) is distinct from (
    excluded.department,
    case when duty.due_on < CAST(:as_of AS date) then duty.due_on else excluded.due_on end,
    case when duty.due_on < CAST(:as_of AS date) then duty.basis else excluded.basis end,
    excluded.excluded_reason
);
