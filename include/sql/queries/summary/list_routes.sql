-- Records by the route that linked them. Reads: identity.member.
select route, count(*) as records
from identity.member
group by route
order by records desc;
