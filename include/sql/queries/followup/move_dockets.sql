-- Dockets follow their child: a number that turned out to be another one, and while they are open the county it lives in now.
-- Reads: identity.child, ledger.entry. Writes: followup.docket.
update followup.docket as docket
set child_id = stands.child_id, residence_county_code = stands.county_code
from (
    select
        docket.docket_id,
        coalesce(child.merged_into, child.child_id) as child_id,
        case
            when docket.ended_date is null and entry.county_code <> docket.hukou_county_code then entry.county_code
            else docket.residence_county_code
        end as county_code
    from followup.docket as docket
    join identity.child as child using (child_id)
    left join ledger.entry as entry
        on entry.child_id = coalesce(child.merged_into, child.child_id) and entry.left_date is null
) as stands
where stands.docket_id = docket.docket_id
    and (stands.child_id, stands.county_code) <> (docket.child_id, docket.residence_county_code);
