-- What a receipt says was accepted is what stands in conformed.source_record.
select receipt.receipt_id
from intake.receipt as receipt
left join conformed.source_record as record using (receipt_id)
where receipt.state = 'settled'
group by receipt.receipt_id
having receipt.accepted_count <> count(record.source_record_id);
