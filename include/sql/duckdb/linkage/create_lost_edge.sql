-- Edges that no longer hold. Reads: edge, touched.
create or replace temp table lost_edge as
select low, high
from edge
where low in (select unit from touched) or high in (select unit from touched);
