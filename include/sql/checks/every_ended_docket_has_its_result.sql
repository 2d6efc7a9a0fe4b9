-- What was asked of another county ends with a code, the same on the docket and on the step it ended with.
select docket.docket_id
from followup.docket as docket
left join lateral (
    select step.result
    from followup.docket_step as step
    where step.docket_id = docket.docket_id
    order by step.number desc
    limit 1
) as latest on true
where docket.ended_date is not null
    and (docket.result is null or docket.result is distinct from latest.result);
