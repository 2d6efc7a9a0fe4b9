-- Deliveries of some receipts whose sender was not told yet. Reads: intake.delivery, intake.receipt.
select
    delivery.delivery_id,
    delivery.file_name as delivered_name,
    delivery.is_duplicate,
    delivery.delivered_at,
    receipt.receipt_id,
    receipt.department,
    receipt.county_code,
    receipt.feed,
    receipt.file_name,
    receipt.sha256,
    receipt.sm3,
    receipt.byte_count,
    receipt.contract_version,
    receipt.contract_sha256,
    receipt.received_at,
    receipt.state,
    receipt.verdict,
    receipt.superseded_by,
    standing.revision as standing_revision
from intake.delivery
join intake.receipt on receipt.receipt_id = delivery.receipt_id
left join intake.receipt as standing on standing.receipt_id = receipt.superseded_by
where receipt.receipt_id = any(CAST(:receipt_ids AS bigint[]))
    and delivery.acknowledged_at is null
order by delivery.delivery_id;
