-- Writes: given_edge.
delete from given_edge;
