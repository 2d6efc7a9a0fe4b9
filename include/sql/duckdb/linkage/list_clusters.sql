-- The records of the dirty units with the cluster of each, in the order of what their senders call them.
-- Reads: record, dirty, cluster, label, seen.
select seen.source_record_id, cluster.cluster
from record
join cluster using (unit)
join label using (rid)
join seen using (rid)
where record.unit in (select unit from dirty)
order by label.record_id;
