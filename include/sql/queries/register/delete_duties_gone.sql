-- Duties nobody expects any more: not due yet, or begun before the first period that counts. What was due stays, though
-- its feed or county ended or its cadence changed since. Reads: sender, begun. Writes: register.duty.
-- Binds: as_of, first_period, for senders that are gone.
with gone as (
    select duty.feed, duty.county_code, duty.period_name
    from register.duty
    left join sender on sender.feed = duty.feed and sender.county_code = duty.county_code
    left join begun
        on begun.feed = sender.feed
        and begun.first_day >= sender.first_period
        and begun.period_name = duty.period_name
    where begun.feed is null
        and (
            duty.due_on >= CAST(:as_of AS date)
            or duty.first_day < coalesce(sender.first_period, CAST(:first_period AS date))
        )
)
delete from register.duty
using gone
where duty.feed = gone.feed
    and duty.county_code = gone.county_code
    and duty.period_name = gone.period_name;
