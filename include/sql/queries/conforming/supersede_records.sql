-- A record stands while its receipt stands and no other receipt says more: of one data date the highest number of the
-- same key, of one statement (key and own date) told again the newest data date. Decided by what the file names say;
-- arrival decides only between two files of the very same number. Files with a record that changed wait for the next
-- resolve. Writes: conformed.source_record, intake.receipt.
with standing as (
    select
        record.source_record_id,
        record.record_key,
        record.as_of_date,
        receipt.as_of_date as file_date,
        receipt.revision,
        receipt.supplement,
        row_number() over (
            partition by record.record_key, receipt.as_of_date
            order by receipt.revision desc, receipt.supplement desc, record.source_record_id desc
        ) as place
    from conformed.source_record as record
    join intake.receipt as receipt using (receipt_id)
    where record.feed = :feed
        and record.county_code = :county_code
        and receipt.withdrawn_at is null
        and receipt.superseded_by is null
),
told as (
    select
        source_record_id,
        row_number() over (
            partition by record_key, as_of_date
            order by file_date desc, revision desc, supplement desc, source_record_id desc
        ) as place
    from standing
    where place = 1
),
decided as (
    select
        record.source_record_id,
        case
            when receipt.withdrawn_at is not null then 'withdrawn'
            when told.place = 1 then 'in_force'
            else 'superseded'
        end as status
    from conformed.source_record as record
    join intake.receipt as receipt using (receipt_id)
    left join told using (source_record_id)
    where record.feed = :feed
        and record.county_code = :county_code
),
changed as (
    update conformed.source_record as record
    set status = decided.status
    from decided
    where record.source_record_id = decided.source_record_id
        and record.status <> decided.status
    returning record.receipt_id
)
update intake.receipt
set resolved_at = null
where receipt_id in (select receipt_id from changed);
