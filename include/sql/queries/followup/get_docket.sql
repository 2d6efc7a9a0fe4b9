-- An open docket by number or return code, locked until its step is answered. Reads: followup.docket, followup.docket_step.
-- Binds: docket_id or return_code, the other null.
select docket.docket_id, docket.kind, docket.is_by_letter, step.code, step.holder
from followup.docket as docket
join followup.docket_step as step on step.docket_id = docket.docket_id and step.done_date is null
where docket.docket_id = CAST(:docket_id AS bigint)
    or docket.return_code = CAST(:return_code AS text)
for update of docket;
