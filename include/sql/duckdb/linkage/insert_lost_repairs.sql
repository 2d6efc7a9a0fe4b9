-- Reads: edge, rechecked. Writes: lost_edge.
insert into lost_edge
select low, high
from edge
where route = 'repair'
    and (low in (select unit from rechecked) or high in (select unit from rechecked));
