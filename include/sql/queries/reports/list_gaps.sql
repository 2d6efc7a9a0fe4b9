-- Each gap with the child it is of, for the county that must see the child; a shielded child without name and place.
-- Where the place of the household register decides, the docket that asks it, if one is open.
-- Reads: entitlement.gap, entitlement.condition, followup.waiting_docket, ledger.profile, identity.shielded.
select
    gap.county_code,
    gap.child_id,
    gap.title,
    gap.aspect,
    gap.service_code,
    gap.gap_since,
    gap.gap_days,
    gap.reason,
    gap.owner_county_code,
    gap.owner_department,
    docket.reference as docket_reference,
    docket.due_date as docket_due_date,
    shielded.child_id is not null as is_shielded,
    case when shielded.child_id is null then profile.name end as name,
    profile.sex,
    profile.birth_date,
    case when shielded.child_id is null then profile.residence_township end as residence_township,
    case when shielded.child_id is null then profile.residence_village end as residence_village
from entitlement.gap as gap
join ledger.profile as profile using (child_id)
left join identity.shielded as shielded using (child_id)
left join lateral (
    select waiting.reference, waiting.due_date
    from followup.waiting_docket as waiting
    join entitlement.condition as proof on proof.said_values @> array[waiting.kind]
    where waiting.child_id = gap.child_id
        and gap.reason = 'awaits_hukou_place'
        and proof.role = 'proof'
        and proof.kind = 'assistance_type'
        and proof.service_code = gap.service_code
    order by waiting.due_date, waiting.docket_id
    limit 1
) as docket on true
order by gap.county_code, profile.residence_township, profile.residence_village, gap.child_id, gap.position;
