-- A receipt as an auditor reads it. Reads: intake.receipt, intake.delivery.
select
    receipt.county_code,
    receipt.department,
    receipt.feed,
    case when receipt.feed is not null then receipt.file_name end as file_name,
    receipt.sha256,
    receipt.sm3,
    receipt.as_of_date,
    receipt.revision,
    receipt.received_at,
    receipt.state,
    receipt.verdict,
    receipt.verdict_code,
    receipt.physical_line_count,
    receipt.header_line_count,
    receipt.blank_line_count,
    receipt.accepted_count,
    receipt.rejected_count,
    receipt.superseded_by,
    receipt.contract_version,
    receipt.contract_sha256,
    (select count(*) from intake.delivery as delivery where delivery.receipt_id = receipt.receipt_id) as deliveries
from intake.receipt as receipt
where receipt.receipt_id = :receipt_id;
