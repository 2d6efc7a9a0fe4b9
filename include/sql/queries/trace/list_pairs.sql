-- The review queue with files and lines. Reads: identity.pair, conformed.source_record, intake.receipt.
select
    pair.left_record_id,
    pair.right_record_id,
    pair.reason,
    CAST(pair.evidence AS text) as agreed,
    left_receipt.file_name || ':' || left_record.line_number as left_line,
    right_receipt.file_name || ':' || right_record.line_number as right_line
from identity.pair as pair
join conformed.source_record as left_record on left_record.source_record_id = pair.left_record_id
join intake.receipt as left_receipt on left_receipt.receipt_id = left_record.receipt_id
join conformed.source_record as right_record on right_record.source_record_id = pair.right_record_id
join intake.receipt as right_receipt on right_receipt.receipt_id = right_record.receipt_id
order by pair.found_at, pair.left_record_id, pair.right_record_id;
