-- Files refused at the door that nobody has answered yet. Reads: intake.receipt.  Returns: receipt_id.
select receipt_id
from intake.receipt
where state = 'settled'
    and verdict = 'rejected'
    and feed is null
    and reported_at is null
order by receipt_id;
