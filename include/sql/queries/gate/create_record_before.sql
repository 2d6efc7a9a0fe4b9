-- Records in force without the files, and whose they are. Reads: conformed.source_record, identity.member.
create temporary table record_before on commit drop as
select record.source_record_id, record.feed, record.county_code, record.record_key, member.child_id
from conformed.source_record as record
left join identity.member as member using (source_record_id)
where record.status = 'in_force';
