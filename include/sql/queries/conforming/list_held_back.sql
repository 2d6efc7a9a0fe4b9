-- Lines with a finding that holds the row back. Reads: intake.issue.  Returns: line_number.
select distinct line_number
from intake.issue
where receipt_id = :receipt_id
    and severity = 'error';
