-- A docket without an open step waits for nobody; one with two waits for both. One that ended has no clock running.
select docket.docket_id
from followup.docket as docket
left join followup.docket_step as step on step.docket_id = docket.docket_id and step.done_date is null
group by docket.docket_id
having count(step.number) <> case when docket.ended_date is null then 1 else 0 end;
