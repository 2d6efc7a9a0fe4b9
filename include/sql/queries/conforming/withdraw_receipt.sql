-- A file its sender takes back, with the reason and who recorded it. Writes: intake.withdrawal, intake.receipt.
with recorded as (
    insert into intake.withdrawal (receipt_id, reason, officer)
    values (:receipt_id, :reason, :officer)
    returning receipt_id, withdrawn_at
)
update intake.receipt
set withdrawn_at = recorded.withdrawn_at, superseded_by = null, resolved_at = null, reported_at = null
from recorded
where receipt.receipt_id = recorded.receipt_id;
