-- Gaps of each county and service by age band of the survey form (0–5, 6–13, 14–15), with what can't be said beside them.
-- Reads: entitlement.entitlement, entitlement.service, entitlement.run, ledger.profile.
select
    due.county_code,
    due.place,
    due.edition,
    due.service_code,
    service.aspect,
    service.title,
    service.position,
    run.as_of_date,
    count(*) filter (where due.state = 'gap') as gaps,
    count(*) filter (where due.state = 'gap' and profile.birth_date > run.as_of_date - interval '6 years') as gaps_0_5,
    count(*) filter (
        where due.state = 'gap'
            and profile.birth_date <= run.as_of_date - interval '6 years'
            and profile.birth_date > run.as_of_date - interval '14 years'
    ) as gaps_6_13,
    count(*) filter (where due.state = 'gap' and profile.birth_date <= run.as_of_date - interval '14 years') as gaps_14_15,
    count(*) filter (where due.state = 'unknown') as unknown,
    percentile_disc(0.5) within group (order by run.as_of_date - due.gap_since) filter (where due.state = 'gap') as median_days
from entitlement.entitlement as due
join entitlement.service as service using (place, edition, service_code)
join ledger.profile as profile using (child_id)
cross join (select as_of_date from entitlement.run order by run_id desc limit 1) as run
group by due.county_code, due.place, due.edition, due.service_code, service.aspect, service.title, service.position, run.as_of_date
order by due.county_code, service.position;
