-- Reads: dirty. Writes: cluster.
delete from cluster where unit in (select unit from dirty);
