-- Every word that places a touched child who was seen in more than one county, and the day it could first be known: a correction
-- that says the same again was known when the corrected file came. Reads: touched, placed, ledger.sighting,
-- conformed.source_record, intake.receipt.
create temporary table seen on commit drop as
with mover as (
    select child_id
    from touched
    join ledger.sighting using (child_id)
    group by child_id
    having min(county_code) <> max(county_code)
)
select
    placed.child_id,
    placed.county_code,
    placed.feed,
    placed.seen_date,
    placed.is_own,
    greatest(placed.seen_date, told.told_date) as known_date
from placed
join mover using (child_id)
cross join lateral (
    select CAST(min(receipt.received_at) at time zone 'Asia/Shanghai' AS date) as told_date
    from conformed.source_record as record
    join conformed.source_record as same using (feed, county_code, record_key, as_of_date)
    join intake.receipt as receipt on receipt.receipt_id = same.receipt_id
    where record.source_record_id = placed.source_record_id
        and same.residence_code is not distinct from record.residence_code
        and same.facts ->> 'moved_to' is not distinct from record.facts ->> 'moved_to'
        and same.status <> 'withdrawn'
) as told
where not placed.is_leaving;
