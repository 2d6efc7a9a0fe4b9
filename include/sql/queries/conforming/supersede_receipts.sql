-- Per data date the highest correction stands; for a snapshot the latest file of equal number as well. A supplement stands
-- beside whatever whole file stands, until a higher correction comes: that one holds all rows. Independent of arrival:
-- every receipt of the zone is decided again. Writes: intake.receipt.
with standing as (
    select receipt_id, as_of_date, revision, supplement
    from intake.receipt
    where feed = :feed
        and county_code = :county_code
        and state = 'settled'
        and verdict <> 'rejected'
        and withdrawn_at is null
),
whole as (
    select distinct on (as_of_date) as_of_date, receipt_id, revision
    from standing
    where supplement = 0
    order by as_of_date, revision desc, receipt_id desc
),
decided as (
    select
        standing.receipt_id,
        case
            when standing.revision < whole.revision then whole.receipt_id
            when :is_snapshot and standing.supplement = 0 and standing.revision = whole.revision
                then nullif(whole.receipt_id, standing.receipt_id)
        end as superseded_by
    from standing
    left join whole using (as_of_date)
)
update intake.receipt
set superseded_by = decided.superseded_by, resolved_at = null
from decided
where receipt.receipt_id = decided.receipt_id
    and receipt.superseded_by is distinct from decided.superseded_by;
