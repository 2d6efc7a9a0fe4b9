-- Reads: resolved_edge. Writes: decided.
insert into decided by name
select low, high, route, weight, links, low_record, high_record, used, refused, rival, likeness from resolved_edge;
