-- What some stage still has to do. Reads: intake.receipt, ops.stage_run, followup.item.
select
    (select count(*) from intake.receipt where state <> 'settled' or reported_at is null) as receipts_to_settle,
    (select count(*) from intake.receipt where state = 'settled' and verdict <> 'rejected' and resolved_at is null)
        as receipts_to_match,
    (
        select count(*)
        from ops.stage_run as resolved
        where resolved.stage = 'resolve'
            and resolved.finished_at > (
                select coalesce(max(finished_at), '-infinity') from ops.stage_run where stage = 'refresh'
            )
    ) as matches_to_publish,
    (select count(*) from followup.item where state = 'queued') as items_to_deliver;
