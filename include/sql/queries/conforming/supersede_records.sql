-- A record stands while its receipt stands and no later receipt says the same key for the same date.
-- Writes: conformed.source_record.
with decided as (
    select
        record.source_record_id,
        case
            when receipt.withdrawn_at is not null then 'withdrawn'
            when receipt.superseded_by is not null then 'superseded'
            when row_number() over (
                partition by record.record_key, record.as_of_date, receipt.withdrawn_at, receipt.superseded_by
                order by receipt.revision desc, record.receipt_id desc, record.line_number
            ) > 1 then 'superseded'
            else 'in_force'
        end as status
    from conformed.source_record as record
    join intake.receipt as receipt using (receipt_id)
    where record.feed = :feed
        and record.county_code = :county_code
)
update conformed.source_record as record
set status = decided.status
from decided
where record.source_record_id = decided.source_record_id
    and record.status <> decided.status;
