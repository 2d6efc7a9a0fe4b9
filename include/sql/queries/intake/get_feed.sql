-- The feed of a receipt. Reads: intake.receipt.
select feed
from intake.receipt
where receipt_id = :receipt_id;
