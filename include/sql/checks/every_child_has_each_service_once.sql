-- Children of the ledger × services of their county's list = rows of the matrix, once it was computed for the newest
-- refresh: a child that is missing waits unseen, a row too many counts a gap nobody has.
with newest as (
    select run.refresh_id
    from entitlement.run as run
    where run.run_id = (select max(run_id) from entitlement.run)
        and run.refresh_id = (select max(refresh_id) from ledger.refresh)
),
expected as (
    select entry.child_id, entry.county_code, service.place, service.edition, service.service_code
    from ledger.entry as entry
    join entitlement.serving as serving on serving.county_code = entry.county_code
    join entitlement.service as service using (place, edition)
    where entry.left_date is null
        and entry.tier = 'monitored'
)
select coalesce(expected.child_id, due.child_id) as child_id, coalesce(expected.service_code, due.service_code) as service_code
from expected
full join entitlement.entitlement as due using (child_id, county_code, place, edition, service_code)
where exists (select 1 from newest)
    and (expected.child_id is null or due.child_id is null);
