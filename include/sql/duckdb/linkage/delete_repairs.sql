-- Reads: rechecked. Writes: edge.
delete from edge
where route = 'repair'
    and (low in (select unit from rechecked) or high in (select unit from rechecked));
