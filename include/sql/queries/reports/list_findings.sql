-- What was found in a file and is not explained yet. Reads: intake.issue.
select line_number, column_name, code, severity, rule_id
from intake.issue
where receipt_id = :receipt_id
    and explanation_id is null;
