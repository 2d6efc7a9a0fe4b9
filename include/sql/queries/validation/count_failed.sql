-- Rows that failed each contract rule, and how many of them the reader kept from the suite.
-- Reads: intake.issue.  Returns: rule_id, failed, unasked.
select
    rule_id,
    count(distinct line_number) as failed,
    count(distinct line_number) filter (where is_of_reader) as unasked
from intake.issue
where receipt_id = :receipt_id
    and rule_id not like 'reader/%'
group by rule_id;
