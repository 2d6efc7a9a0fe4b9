-- Each time these bytes were dropped, first to last. Reads: intake.delivery.
select delivery_id, file_name, is_duplicate, delivered_at
from intake.delivery
where receipt_id = :receipt_id
order by delivery_id;
