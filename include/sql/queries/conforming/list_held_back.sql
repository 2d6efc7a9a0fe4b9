-- Lines with a finding that holds the row back, and the columns at fault; a key that two rows have is itself no fault.
-- Reads: intake.issue.  Returns: line_number, columns.
select line_number, array_remove(array_agg(case when code <> 'DUPLICATE_KEY' then column_name end), null) as columns
from intake.issue
where receipt_id = :receipt_id
    and severity = 'error'
group by line_number;
