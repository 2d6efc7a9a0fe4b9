-- Forget what an earlier validation found; what the reader found stays: it is what holds rows back from the suite.
-- Writes: intake.issue.
delete from intake.issue
where receipt_id = :receipt_id
    and not is_of_reader;
