-- What each department says last under each of its keys, and whether its newest file still says it. A row of a list of
-- events stands until another row takes its key. Reads: conformed.source_record, intake.receipt, identity.member,
-- newest_file.  Binds: snapshots.
create temporary table newest_row on commit drop as
select distinct on (record.feed, record.county_code, record.record_key)
    record.feed,
    record.county_code,
    record.record_key,
    record.source_record_id,
    member.child_id,
    receipt.receipt_id,
    receipt.as_of_date as file_date,
    receipt.revision,
    receipt.receipt_id = newest_file.receipt_id or not CAST(:snapshots AS jsonb) ? record.feed as is_still_said
from conformed.source_record as record
join intake.receipt as receipt using (receipt_id)
join newest_file on newest_file.feed = record.feed and newest_file.county_code = record.county_code
left join identity.member as member using (source_record_id)
where record.status = 'in_force'
order by
    record.feed,
    record.county_code,
    record.record_key,
    record.as_of_date desc,
    receipt.as_of_date desc,
    receipt.revision desc,
    receipt.receipt_id desc;
