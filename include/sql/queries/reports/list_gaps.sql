-- Each gap with the child it is of, for the county that must see the child; a shielded child without name and place.
-- Reads: entitlement.gap, ledger.profile, identity.shielded.
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
    shielded.child_id is not null as is_shielded,
    case when shielded.child_id is null then profile.name end as name,
    profile.sex,
    profile.birth_date,
    case when shielded.child_id is null then profile.residence_township end as residence_township,
    case when shielded.child_id is null then profile.residence_village end as residence_village
from entitlement.gap as gap
join ledger.profile as profile using (child_id)
left join identity.shielded as shielded using (child_id)
order by gap.county_code, profile.residence_township, profile.residence_village, gap.child_id, gap.position;
