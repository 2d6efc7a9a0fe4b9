-- The newest statement of each kind about a child and where it stands, without its value. Reads: ledger.fact,
-- conformed.source_record, intake.receipt.
select distinct on (fact.kind)
    fact.kind,
    fact.as_of_date,
    fact.expires_date,
    receipt.file_name as file,
    record.line_number as line,
    fact.source_record_id
from ledger.fact as fact
join conformed.source_record as record using (source_record_id)
join intake.receipt as receipt using (receipt_id)
where fact.child_id = :child_id
order by fact.kind, fact.as_of_date desc, fact.source_record_id desc;
