-- A held file that will not be published. Writes: intake.receipt.
update intake.receipt
set
    state = 'settled',
    verdict = 'rejected',
    verdict_code = :code,
    verdict_detail = CAST(:detail AS jsonb),
    reported_at = null
where receipt_id = :receipt_id
    and state = 'held';
