-- Every physical line of a settled file is header, blank, accepted or rejected.
select receipt_id
from intake.receipt
where state = 'settled'
    and verdict <> 'rejected'
    and physical_line_count <> header_line_count + blank_line_count + accepted_count + rejected_count;
