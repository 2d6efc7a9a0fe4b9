-- A file at the gate, and the day to measure it on: the published ledger's, or the file's own where that is later.
-- Reads: intake.receipt, ledger.refresh.
select
    receipt.receipt_id,
    receipt.feed,
    receipt.county_code,
    receipt.as_of_date,
    receipt.revision,
    receipt.state,
    receipt.withdrawn_at,
    receipt.physical_line_count - receipt.header_line_count - receipt.blank_line_count as row_count,
    receipt.rejected_count,
    greatest(head.as_of_date, receipt.as_of_date) as measured_on,
    head.refresh_id is not null as is_published
from intake.receipt as receipt
left join ledger.refresh as head on head.is_head
where receipt.receipt_id = :receipt_id;
