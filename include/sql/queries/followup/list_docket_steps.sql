-- The way of one docket, with the docket itself on every line. Reads: followup.docket, followup.docket_step.
-- Binds: docket_id.
select
    docket.reference,
    docket.child_id,
    docket.kind,
    docket.residence_county_code,
    docket.hukou_county_code,
    docket.is_by_letter,
    docket.flag_id,
    docket.evidence,
    docket.opened_date,
    docket.result,
    docket.benefit_start_date,
    docket.ended_date,
    step.number,
    step.code,
    step.holder,
    step.opened_date as step_opened_date,
    step.due_date,
    step.due_basis,
    step.result as step_result,
    step.done_date,
    step.officer
from followup.docket as docket
join followup.docket_step as step using (docket_id)
where docket.docket_id = :docket_id
order by step.number;
