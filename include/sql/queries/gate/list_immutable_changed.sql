-- Values that do not change under the same key and did, against the newest older data date in force.
-- Reads: conformed.source_record, intake.receipt.  Returns: line_number, record_key, name, told, told_before.
select
    own.line_number,
    own.record_key,
    immutable.name,
    to_jsonb(own) ->> immutable.name as told,
    earlier.record ->> immutable.name as told_before
from conformed.source_record as own
join lateral (
    select to_jsonb(standing) as record
    from conformed.source_record as standing
    join intake.receipt as receipt using (receipt_id)
    where standing.feed = own.feed
        and standing.county_code = own.county_code
        and standing.record_key = own.record_key
        and standing.status = 'in_force'
        and receipt.as_of_date < CAST(:as_of_date AS date)
    order by receipt.as_of_date desc, receipt.revision desc, standing.source_record_id desc
    limit 1
) as earlier on true
cross join lateral jsonb_array_elements_text(CAST(:immutable AS jsonb)) as immutable (name)
where own.receipt_id = :receipt_id
    and to_jsonb(own) ->> immutable.name <> earlier.record ->> immutable.name
order by own.line_number, immutable.name;
