-- Open dockets with the child, the soonest due first; no name where the child is shielded and no officer asked.
-- Reads: followup.waiting_docket, followup.workday, ledger.profile, identity.shielded.  Binds: at.
select
    docket.docket_id,
    docket.reference,
    docket.return_code,
    docket.child_id,
    docket.kind,
    docket.residence_county_code,
    docket.hukou_county_code,
    docket.is_by_letter,
    docket.step_code,
    docket.holder,
    docket.holder_county_code,
    docket.due_date,
    docket.due_basis,
    due.ordinal - now_is.ordinal as days_left,
    docket.evidence,
    docket.opened_date,
    shown.child_id is not null as is_named,
    shown.name,
    shown.sex,
    shown.birth_date,
    shown.hukou_township,
    shown.guardian_name
from followup.waiting_docket as docket
left join followup.workday as due on due.day = docket.due_date
left join followup.workday as now_is on now_is.day = followup.day_of(CAST(:at AS timestamptz))
left join ledger.profile as shown
    on shown.child_id = docket.child_id
        and (
            docket.officer is not null
            or not exists (select 1 from identity.shielded as shielded where shielded.child_id = docket.child_id)
        )
order by docket.due_date, docket.docket_id;
