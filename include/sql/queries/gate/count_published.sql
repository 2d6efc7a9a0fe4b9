-- What a file publishes, how many records that can touch at most, and which keys of the file before it does not have;
-- in a shadow run. Each row published takes the place of one of the same key and date at most, besides the files it
-- corrects as a whole. The file before is what stood: with its supplements. Reads: conformed.source_record,
-- intake.receipt.
with own as (
    select record_key
    from conformed.source_record
    where receipt_id = :receipt_id
),
before as (
    select distinct record.record_key
    from intake.receipt as previous
    join intake.receipt as part using (feed, county_code, as_of_date, revision)
    join conformed.source_record as record on record.receipt_id = part.receipt_id
    where previous.receipt_id = CAST(:previous_id AS bigint)
        and (part.receipt_id = previous.receipt_id or part.supplement > 0)
        and part.withdrawn_at is null
),
corrected as (
    select count(*) as records
    from intake.receipt as earlier
    join conformed.source_record as record using (receipt_id)
    where earlier.superseded_by = :receipt_id
),
compared as (
    select
        before.record_key,
        not exists (
            select 1
            from own
            where own.record_key = before.record_key
        ) as is_gone
    from before
)
select
    (select count(*) from own) as published,
    2 * (select count(*) from own) + (select records from corrected) as touched,
    count(*) as keys_before,
    count(*) filter (where is_gone) as keys_vanished,
    encode(sha256(convert_to(
        coalesce(string_agg(record_key, chr(31) order by record_key) filter (where is_gone), ''), 'UTF8'
    )), 'hex') as vanished_sha256
from compared;
