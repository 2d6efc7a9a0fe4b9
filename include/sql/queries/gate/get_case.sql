-- A file at the gate, and the day to measure it on: the published ledger's, or the file's own where that is later.
-- is_current: the published ledger is of that day and of the identities that stand.
-- Reads: intake.receipt, ledger.refresh, ops.stage_run.
select
    receipt.receipt_id,
    receipt.feed,
    receipt.county_code,
    receipt.as_of_date,
    receipt.revision,
    receipt.supplement,
    receipt.state,
    receipt.withdrawn_at,
    receipt.physical_line_count - receipt.header_line_count - receipt.blank_line_count as row_count,
    receipt.rejected_count,
    greatest(head.as_of_date, receipt.as_of_date) as measured_on,
    head.refresh_id is not null as is_published,
    coalesce(
        head.as_of_date >= receipt.as_of_date
        and not exists (
            select 1
            from ops.stage_run as resolved
            where resolved.stage = 'resolve'
                and resolved.finished_at > (select max(finished_at) from ops.stage_run where stage = 'refresh')
        ),
        false
    ) as is_current,
    head.rules_sha256
from intake.receipt as receipt
left join ledger.refresh as head on head.is_head
where receipt.receipt_id = :receipt_id;
