-- A file is held exactly while a decision about it is open.
select coalesce(receipt.receipt_id, decision.receipt_id) as receipt_id
from (select receipt_id from intake.receipt where state = 'held') as receipt
full join (select receipt_id from intake.decision where verdict is null) as decision using (receipt_id)
where receipt.receipt_id is null
    or decision.receipt_id is null;
