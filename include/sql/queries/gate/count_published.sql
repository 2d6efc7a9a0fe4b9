-- What a file publishes, how many records that can touch at most, and which keys of the file before it does not have;
-- in a shadow run. Each row published takes the place of one of the same key and date at most, besides the file it
-- corrects as a whole. Reads: conformed.source_record.
with own as (
    select record_key
    from conformed.source_record
    where receipt_id = :receipt_id
),
before as (
    select record_key, bool_or(status <> 'in_force') as is_set_aside, count(*) as records
    from conformed.source_record
    where receipt_id = CAST(:previous_id AS bigint)
    group by record_key
),
compared as (
    select
        before.record_key,
        before.is_set_aside,
        before.records,
        not exists (
            select 1
            from own
            where own.record_key = before.record_key
        ) as is_gone
    from before
)
select
    (select count(*) from own) as published,
    CAST(2 * (select count(*) from own) + coalesce(sum(records) filter (where is_set_aside), 0) AS bigint) as touched,
    count(*) as keys_before,
    count(*) filter (where is_gone) as keys_vanished,
    encode(sha256(convert_to(
        coalesce(string_agg(record_key, chr(31) order by record_key) filter (where is_gone), ''), 'UTF8'
    )), 'hex') as vanished_sha256
from compared;
