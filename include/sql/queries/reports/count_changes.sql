-- Rows of a file against those of the file before it, by the sender's own key. Reads: conformed.source_record.
-- Binds: receipt_id, previous_receipt_id.
with own as (
    select record_key, to_jsonb(record) - CAST(:ignored AS text[]) as content
    from conformed.source_record as record
    where receipt_id = :receipt_id
),
earlier as (
    select record_key, to_jsonb(record) - CAST(:ignored AS text[]) as content
    from conformed.source_record as record
    where receipt_id = :previous_receipt_id
)
select
    count(*) filter (where earlier.record_key is null) as created,
    count(*) filter (where own.content <> earlier.content) as changed,
    count(*) filter (where own.content = earlier.content) as unchanged,
    count(*) filter (where own.record_key is null) as absent
from own
full join earlier using (record_key);
