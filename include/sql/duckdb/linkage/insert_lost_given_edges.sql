-- Edges of people and visit rows go and come back every time; what they touched is looked at again.
-- Reads: edge. Writes: lost_edge.
insert into lost_edge
select low, high
from edge
where route in ('judged', 'stated_child');
