-- Forget what an earlier look at the gate found. Writes: intake.issue.
delete from intake.issue
where receipt_id = :receipt_id
    and rule_id like 'gate/%';
