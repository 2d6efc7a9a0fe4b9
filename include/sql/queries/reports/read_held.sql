-- A file that waits for a decision, with the counts that are its sender's own. Reads: intake.receipt, intake.decision.
select
    receipt.receipt_id,
    receipt.department,
    receipt.county_code,
    receipt.feed,
    receipt.file_name,
    receipt.sha256,
    receipt.as_of_date,
    receipt.received_at,
    decision.held_at,
    CAST(decision.effect ->> 'rows' AS integer) as row_count,
    CAST(decision.effect ->> 'rows_before' AS integer) as rows_before,
    CAST(decision.effect ->> 'keys_vanished' AS integer) as keys_vanished,
    decision.exceeded ? 'VOLUME_CHANGED' or decision.exceeded ? 'KEYS_VANISHED' as is_for_rows
from intake.receipt as receipt
join intake.decision as decision using (receipt_id)
where receipt.receipt_id = :receipt_id
    and receipt.state = 'held'
    and decision.verdict is null;
