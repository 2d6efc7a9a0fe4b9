-- The published refresh, and what the newest matrix was computed from. Reads: ledger.refresh, entitlement.run.
-- Returns: refresh_id, as_of_date; computed_refresh_id, lists_sha256, counts (null before the first run).
select
    head.refresh_id,
    head.as_of_date,
    run.refresh_id as computed_refresh_id,
    run.lists_sha256,
    run.counts
from ledger.refresh as head
left join lateral (
    select refresh_id, lists_sha256, counts
    from entitlement.run
    order by run_id desc
    limit 1
) as run on true
where head.is_head;
