-- Forget what an earlier validation found; what the reader found stays. Writes: intake.issue.
delete from intake.issue
where receipt_id = :receipt_id
    and rule_id not like 'reader/%';
