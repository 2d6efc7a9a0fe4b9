-- The answer: each record of the units found anew and its child. Reads: record, dirty, cluster, label.
select label.record_id, cluster.cluster as child_id
from record
join cluster using (unit)
join label using (rid)
where record.unit in (select unit from dirty);
