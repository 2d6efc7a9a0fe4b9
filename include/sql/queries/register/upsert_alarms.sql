-- The alarm of every duty nothing stood for after its due day: opened, closed and opened again on the true days, however
-- often or seldom this runs. Reads: register.duty, intake.receipt. Writes: register.alarm.  Binds: as_of.
with silent as (
    select
        duty.feed,
        duty.county_code,
        duty.period_name,
        duty.first_day,
        duty.last_day,
        lower(duty.silence) as opened_at,
        spell.number_of_spells,
        lower(spell.last_one) as reopened_at,
        upper(spell.last_one) as closed_at
    from register.state_of_duties(CAST(:as_of AS date)) as duty
    cross join lateral (
        select count(*) as number_of_spells, (array_agg(spell order by spell desc))[1] as last_one
        from unnest(duty.silence) as spell
    ) as spell
    where not isempty(duty.silence)
),
found as (
    select
        silent.feed,
        silent.county_code,
        silent.period_name,
        CAST(silent.opened_at at time zone 'Asia/Shanghai' as date) as opened_on,
        case
            when silent.number_of_spells > 1 then CAST(silent.reopened_at at time zone 'Asia/Shanghai' as date)
        end as reopened_on,
        arrival.dropped_at as closed_at,
        arrival.receipt_id as closed_by
    from silent
    left join lateral (
        select receipt.receipt_id, receipt.dropped_at
        from intake.receipt
        where receipt.feed = silent.feed
            and receipt.county_code = silent.county_code
            and receipt.as_of_date between silent.first_day and silent.last_day
            and receipt.dropped_at = silent.closed_at
            and receipt.verdict is distinct from 'rejected'
        order by receipt.receipt_id
        limit 1
    ) as arrival on true
)
insert into register.alarm (feed, county_code, period_name, opened_on, reopened_on, closed_at, closed_by)
select feed, county_code, period_name, opened_on, reopened_on, closed_at, closed_by
from found
on conflict (feed, county_code, period_name) do update set
    opened_on = excluded.opened_on,
    reopened_on = excluded.reopened_on,
    closed_at = excluded.closed_at,
    closed_by = excluded.closed_by
where (alarm.opened_on, alarm.reopened_on, alarm.closed_at, alarm.closed_by) is distinct from (
    excluded.opened_on, excluded.reopened_on, excluded.closed_at, excluded.closed_by
);
