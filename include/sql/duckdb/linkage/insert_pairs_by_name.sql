-- Records of one name and birth date that share a number a child has one of, or something of the household.
-- Reads: seeker, sought. Writes: pair.
insert into pair
select 'name', l.rid, r.rid
from seeker as l
join sought as r on r.name = l.name and r.birth = l.birth and r.unit <> l.unit
where l.birth % 100 > 0 and (same_number(l, r) or household(l, r));
