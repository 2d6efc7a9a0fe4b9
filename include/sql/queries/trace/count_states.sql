-- The matrix of every county and service in numbers. Reads: entitlement.entitlement, entitlement.service.
select
    due.county_code,
    due.service_code,
    count(*) filter (where due.state = 'gap') as gap,
    count(*) filter (where due.state = 'received') as received,
    count(*) filter (where due.state = 'not_eligible') as not_eligible,
    count(*) filter (where due.state = 'unknown') as unknown
from entitlement.entitlement as due
join entitlement.service as service using (place, edition, service_code)
group by due.county_code, due.service_code, service.position
order by due.county_code, service.position;
