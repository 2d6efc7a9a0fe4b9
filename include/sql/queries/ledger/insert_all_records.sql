-- Every record is to be proven. Reads: conformed.source_record. Writes: changed.
insert into changed (source_record_id)
select source_record_id
from conformed.source_record;
