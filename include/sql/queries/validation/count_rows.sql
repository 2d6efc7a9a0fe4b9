-- Rows of a loaded file, and those of another county. Reads: intake.receipt, intake.issue.  Returns: rows, others.
select
    receipt.physical_line_count - receipt.header_line_count - receipt.blank_line_count as rows,
    count(distinct issue.line_number) filter (where issue.code = 'OTHER_COUNTY') as others
from intake.receipt as receipt
left join intake.issue as issue using (receipt_id)
where receipt.receipt_id = :receipt_id
group by receipt.receipt_id;
