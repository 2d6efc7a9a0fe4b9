-- A row that proves a service was received speaks of that very child, once the matrix was computed for the newest refresh.
select due.child_id, due.service_code
from entitlement.entitlement as due
join ledger.fact as fact on fact.source_record_id = due.proof_record_id
where due.proof_record_id is not null
    and fact.child_id <> due.child_id
    and (select refresh_id from entitlement.run order by run_id desc limit 1) = (select max(refresh_id) from ledger.refresh);
