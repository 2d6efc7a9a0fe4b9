-- Reported files whose bytes were dropped again since: their report does not tell yet.
-- Reads: intake.receipt, intake.delivery.  Returns: receipt_id, feed.
select receipt.receipt_id, receipt.feed
from intake.receipt
where exists (
    select 1
    from intake.delivery
    where delivery.receipt_id = receipt.receipt_id
        and delivery.is_duplicate
        and delivery.delivered_at > receipt.reported_at
)
order by receipt.receipt_id;
