-- Routes of people and visit rows between units. Reads: given_edge, record. Writes: edge.
insert into edge (
    low, high, route, weight, links, name, birth, household, number, low_record, high_record
)
select
    least(l.unit, r.unit), greatest(l.unit, r.unit), given_edge.route, given_edge.weight, given_edge.links,
    null, null, null, null,
    case when l.unit < r.unit then l.rid else r.rid end,
    case when l.unit < r.unit then r.rid else l.rid end
from given_edge
join record as l on l.rid = given_edge.left_rid
join record as r on r.rid = given_edge.right_rid
where l.unit <> r.unit;
