-- Receipts with a delivery whose sender was not told yet. Reads: intake.delivery.  Returns: receipt_id.
select distinct receipt_id
from intake.delivery
where acknowledged_at is null
order by receipt_id;
