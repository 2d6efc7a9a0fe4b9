-- Reads: touched. Writes: edge.
delete from edge
where low in (select unit from touched) or high in (select unit from touched);
