-- An officer's word on an explanation; the first one stands. Writes: intake.explanation.
-- Returns: receipt_id, feed, county_code.
update intake.explanation
set verdict = :verdict, officer = :officer, reason = CAST(:reason AS text), judged_at = now()
where explanation_id = :explanation_id
    and verdict is null
returning receipt_id, feed, county_code;
