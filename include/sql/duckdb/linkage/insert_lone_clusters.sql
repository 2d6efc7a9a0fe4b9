-- Units with nothing between them and another. Reads: unit, dirty, component. Writes: cluster.
insert into cluster
select unit.unit, unit.unit, unit.unit
from unit
semi join dirty using (unit)
anti join component using (unit);
