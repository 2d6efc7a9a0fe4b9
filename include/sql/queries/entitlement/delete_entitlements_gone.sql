-- Children no longer monitored, and services no longer on their list. Reads: due_child, entitlement.service.
-- Writes: entitlement.entitlement.
delete from entitlement.entitlement as due
where not exists (
    select 1
    from due_child as child
    join entitlement.service as service using (place, edition)
    where child.child_id = due.child_id
        and service.service_code = due.service_code
);
