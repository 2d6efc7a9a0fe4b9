-- Duties nobody expects any more: not due yet, or begun before the first period that counts. What was due stays, though
-- its feed or county ended or its cadence changed since. Reads: sender, begun. Writes: register.duty.
-- Binds: as_of, first_period, for senders that are gone.
delete from register.duty
where not exists (
        select 1
        from sender
        join begun on begun.feed = sender.feed and begun.first_day >= sender.first_period
        where sender.feed = duty.feed
            and sender.county_code = duty.county_code
            and begun.period_name = duty.period_name
    )
    and (
        duty.due_on >= CAST(:as_of AS date)
        or duty.first_day < coalesce(
            (
                select sender.first_period
                from sender
                where sender.feed = duty.feed
                    and sender.county_code = duty.county_code
            ),
            CAST(:first_period AS date)
        )
    );
