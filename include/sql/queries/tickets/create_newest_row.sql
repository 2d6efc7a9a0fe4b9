-- What each department says last under each of its keys, and whether its newest whole file still says it, or a supplement
-- over that file. A row of a list of events stands until another row takes its key. Reads: conformed.source_record,
-- intake.receipt, identity.member, newest_file.  Binds: snapshots.
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
    receipt.supplement,
    not CAST(:snapshots AS jsonb) ? record.feed
    or newest_file.receipt_id is null
    or receipt.receipt_id = newest_file.receipt_id
    or (
        receipt.supplement > 0
        and (receipt.as_of_date, receipt.revision) >= (newest_file.as_of_date, newest_file.revision)
    ) as is_still_said
from conformed.source_record as record
join intake.receipt as receipt using (receipt_id)
left join newest_file on newest_file.feed = record.feed and newest_file.county_code = record.county_code
left join identity.member as member using (source_record_id)
where record.status = 'in_force'
order by
    record.feed,
    record.county_code,
    record.record_key,
    record.as_of_date desc,
    receipt.as_of_date desc,
    receipt.revision desc,
    receipt.supplement desc,
    receipt.receipt_id desc;
