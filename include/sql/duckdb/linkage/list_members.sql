-- The answer: each record and its child, numbered in the order of their keys. Reads: record, cluster, label.
select label.record_id, dense_rank() over (order by cluster.cluster) as child_id
from record
join cluster using (unit)
join label using (rid);
