-- Rows held back by code, per file: a row with two errors counts under both. Reads: intake.issue.
select receipt_id, code, count(distinct line_number) as row_count
from intake.issue
where severity = 'error'
group by receipt_id, code
order by receipt_id, code;
