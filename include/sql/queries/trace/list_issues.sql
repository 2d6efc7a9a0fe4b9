-- Findings on a file by code. Reads: intake.issue.
select code, severity, column_name, count(*) as rows, min(line_number) as first_line
from intake.issue
where receipt_id = :receipt_id
group by code, severity, column_name
order by severity, code, column_name;
