-- What a receipt says was accepted is what stands in conformed.source_record.
with record as (
    select receipt_id, count(*) as record_count
    from conformed.source_record
    group by receipt_id
)
select receipt.receipt_id
from intake.receipt as receipt
left join record using (receipt_id)
where receipt.state = 'settled'
    and receipt.accepted_count <> coalesce(record.record_count, 0);
