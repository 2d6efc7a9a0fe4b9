-- Bytes sent again under a higher number count as the higher one, as if they had come under it first: going back to an
-- earlier content is a correction, too. Conform decides its place anew. Writes: intake.receipt.
update intake.receipt
set revision = :revision, supplement = :supplement, reported_at = null
where receipt_id = :receipt_id
    and verdict is distinct from 'rejected'
    and withdrawn_at is null
    and (revision, supplement) < (CAST(:revision AS integer), CAST(:supplement AS integer));
