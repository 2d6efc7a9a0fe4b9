-- What some stage still has to do. Reads: intake.receipt, ops.stage_run, followup.item.
select
    (select count(*) from intake.receipt where state = 'received') as to_load,
    (select count(*) from intake.receipt where state = 'loaded') as to_validate,
    (select count(*) from intake.receipt where state in ('validated', 'released')) as to_conform,
    (select count(*) from intake.receipt where state in ('settled', 'held') and reported_at is null) as to_report,
    (select count(*) from intake.receipt where state = 'settled' and verdict <> 'rejected' and resolved_at is null)
        as to_match,
    (
        select count(*)
        from ops.stage_run as resolved
        where resolved.stage = 'resolve'
            and resolved.finished_at > (
                select coalesce(max(finished_at), '-infinity') from ops.stage_run where stage = 'refresh'
            )
    ) as to_refresh,
    (select count(*) from followup.item where state = 'queued') as to_deliver,
    (
        select count(*)
        from ops.stage_run as refreshed
        where refreshed.stage = 'refresh'
            and refreshed.finished_at > (
                select coalesce(max(finished_at), '-infinity') from ops.stage_run where stage = 'tickets'
            )
    ) as to_tell;
