-- What a receipt says was accepted is what stands in conformed.source_record. Of receipts with a record that changed: all
-- receipts together holding as many as they say is a line of the reconciliation, which shows one that lost its records.
select receipt.receipt_id
from intake.receipt as receipt
cross join lateral (
    select count(*) as record_count
    from conformed.source_record as record
    where record.receipt_id = receipt.receipt_id
) as held
where receipt.state = 'settled'
    and receipt.accepted_count <> held.record_count
    and receipt.receipt_id in (
        select record.receipt_id
        from changed
        join conformed.source_record as record using (source_record_id)
    );
