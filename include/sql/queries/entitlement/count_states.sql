-- The matrix in numbers. Reads: entitlement.entitlement.  Returns: children, services and rows by state.
select
    count(distinct child_id) as children,
    count(distinct service_code) as services,
    count(*) filter (where state = 'received') as received,
    count(*) filter (where state = 'gap') as gaps,
    count(*) filter (where state = 'not_eligible') as not_eligible,
    count(*) filter (where state = 'unknown') as unknown
from entitlement.entitlement;
