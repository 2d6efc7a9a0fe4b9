-- Severity and deadline of every open item: hours from the moment its clock began, where its severity counts in hours, else the
-- end of its last working day. The clock begins within the business date, whenever the refresh ran. Reads: ledger.flag.
-- Writes: followup.item.  Binds: as_of, severities (flag code → severity), hours (severity → hours).
with begun as (
    select
        item.item_id,
        item.due_date,
        coalesce(CAST(:severities AS jsonb) ->> flag.flag_code, item.severity) as severity,
        greatest(
            case
                when item.enqueued_refresh_id = (select max(refresh_id) from ledger.refresh)
                    then least(greatest(item.queued_at, followup.end_of(CAST(:as_of AS date) - 1)), followup.end_of(CAST(:as_of AS date)))
                else item.queued_at
            end,
            followup.end_of(flag.raised_date - 1)
        ) as queued_at
    from followup.item as item
    join ledger.flag as flag using (flag_id)
    where item.state in ('queued', 'delivered')
),
dated as (
    select
        item_id,
        severity,
        queued_at,
        coalesce(
            queued_at + make_interval(hours => CAST(CAST(:hours AS jsonb) ->> severity AS integer)),
            followup.end_of(due_date)
        ) as due_at
    from begun
)
update followup.item as item
set severity = dated.severity, queued_at = dated.queued_at, due_at = dated.due_at
from dated
where dated.item_id = item.item_id
    and (item.severity, item.queued_at, item.due_at) is distinct from (dated.severity, dated.queued_at, dated.due_at);
