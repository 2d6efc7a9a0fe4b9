-- Routes of people and visit rows between units, the best of each once: many rows may bear one word.
-- Reads: given_edge, record. Writes: edge.
insert into edge (
    low, high, route, weight, links, name, birth, household, number, low_record, high_record
)
select distinct on (least(l.unit, r.unit), greatest(l.unit, r.unit), given_edge.route)
    least(l.unit, r.unit), greatest(l.unit, r.unit), given_edge.route, given_edge.weight, given_edge.links,
    null, null, null, null,
    case when l.unit < r.unit then l.rid else r.rid end as low_record,
    case when l.unit < r.unit then r.rid else l.rid end as high_record
from given_edge
join record as l on l.rid = given_edge.left_rid
join record as r on r.rid = given_edge.right_rid
where l.unit <> r.unit
order by
    least(l.unit, r.unit), greatest(l.unit, r.unit), given_edge.route, given_edge.weight desc, low_record, high_record;
