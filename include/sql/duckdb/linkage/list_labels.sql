-- What the engine calls records that people or visit rows speak of. Reads: spoken, arrived, seen, looked, label.
select source_record_id::bigint as source_record_id, record_id
from arrived
where source_record_id::bigint in (select source_record_id from spoken)
union all
select seen.source_record_id, label.record_id
from seen
join label using (rid)
where seen.source_record_id in (select source_record_id from spoken)
    and seen.rid not in (select rid from looked);
