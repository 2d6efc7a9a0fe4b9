-- Forget what an earlier try found. Writes: intake.issue.
delete from intake.issue
where receipt_id = :receipt_id;
