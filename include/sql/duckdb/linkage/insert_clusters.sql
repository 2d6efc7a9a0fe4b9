-- Reads: unit, dirty, resolved. Writes: cluster.
insert into cluster
select unit.unit, coalesce(resolved.cluster, unit.unit), coalesce(resolved.component, unit.unit)
from unit
semi join dirty using (unit)
left join resolved using (unit);
