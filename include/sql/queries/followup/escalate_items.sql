-- Ranks that must be told of an item by now because nobody was there, each once while the item is open, and the event that tells
-- them; once more where it had been withdrawn and is asked again.
-- Reads: followup.item, followup.workday. Writes: followup.escalation, followup.event.  Binds: at, steps (pace.Step).
with late as (
    select
        item.item_id,
        item.county_code,
        step.level,
        step.holder,
        coalesce(
            item.due_at + make_interval(hours => step.hours),
            followup.end_of(
                followup.workday_after(followup.day_of(item.due_at - interval '1 microsecond'), step.working_days)
            )
        ) as since_at
    from followup.item as item
    join jsonb_to_recordset(CAST(:steps AS jsonb)) as step (
        severity text, level integer, holder text, hours integer, working_days integer
    ) using (severity)
    where item.state in ('queued', 'delivered')
        and item.due_at <= CAST(:at AS timestamptz)
),
told as (
    insert into followup.escalation as before (item_id, level, holder, since_at)
    select item_id, level, holder, since_at
    from late
    where since_at <= CAST(:at AS timestamptz)
    on conflict (item_id, level) do update
    set since_at = excluded.since_at, recorded_at = now()
    where before.since_at < (select item.queued_at from followup.item as item where item.item_id = before.item_id)
    returning item_id, level, holder
)
insert into followup.event (item_id, kind, county_code, holder)
select told.item_id, 'escalated', item.county_code, told.holder
from told
join followup.item as item using (item_id)
order by told.item_id, told.level;
