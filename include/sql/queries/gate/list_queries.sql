-- Queries of the contract and the reader on rows of a file. Reads: intake.issue.
select issue_id, line_number, rule_id
from intake.issue
where receipt_id = :receipt_id
    and severity = 'query'
    and line_number > 0
    and rule_id not like 'gate/%';
