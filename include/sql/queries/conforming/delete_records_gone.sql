-- Records an earlier try published that are no longer accepted. Writes: conformed.source_record.
delete from conformed.source_record as record
where record.receipt_id = :receipt_id
    and not exists (
        select 1
        from incoming
        where incoming.source_record_id = record.source_record_id
    );
