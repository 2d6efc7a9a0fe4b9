-- Records of the units found anew. Reads: record, dirty, label.
select label.record_id
from record
join label using (rid)
where record.unit in (select unit from dirty);
