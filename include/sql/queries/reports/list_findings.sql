-- What was found in a file, in the order of its lines. Reads: intake.issue.
select line_number, column_name, code, severity, rule_id
from intake.issue
where receipt_id = :receipt_id
order by line_number, rule_id, code;
