-- Reads: resolved, component. Writes: cluster.
insert into cluster
select resolved.unit, resolved.cluster, component.component
from resolved
join component using (unit);
