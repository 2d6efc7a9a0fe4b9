-- Per data date the highest correction stands; for a snapshot the latest file of equal number as well. Independent of
-- arrival: every receipt of the zone is decided again. Writes: intake.receipt.
with standing as (
    select
        receipt_id,
        revision,
        first_value(receipt_id) over newest as last_receipt_id,
        first_value(revision) over newest as last_revision
    from intake.receipt
    where feed = :feed
        and county_code = :county_code
        and state = 'settled'
        and verdict <> 'rejected'
        and withdrawn_at is null
    window newest as (partition by as_of_date order by revision desc, receipt_id desc)
),
decided as (
    select
        receipt_id,
        case
            when receipt_id <> last_receipt_id and (:is_snapshot or revision < last_revision) then last_receipt_id
        end as superseded_by
    from standing
)
update intake.receipt
set superseded_by = decided.superseded_by, resolved_at = null
from decided
where receipt.receipt_id = decided.receipt_id
    and receipt.superseded_by is distinct from decided.superseded_by;
