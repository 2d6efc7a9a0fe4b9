-- Records in force without the file. Reads: conformed.source_record.
create temporary table record_before on commit drop as
select source_record_id, feed, county_code, record_key
from conformed.source_record
where status = 'in_force';
