-- Writes: edge.
delete from edge where route in ('judged', 'stated_child');
