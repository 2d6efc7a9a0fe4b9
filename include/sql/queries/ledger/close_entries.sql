-- Entries whose child no longer qualifies in that county and tier, with the reason. Reads: qualifying. Writes: ledger.entry.
with ending as (
    select
        entry.entry_id,
        coalesce(profile.basis, '{}') as left_basis,
        case
            when child.merged_into is not null then 'merged'
            when profile.child_id is null then 'evidence_expired'
            when profile.birth_date <= CAST(:as_of AS date) - make_interval(years => CAST(:under_age AS integer))
                then 'turned_16'
            when now_in.county_code = entry.county_code then 'other_tier'
            when now_in.county_code is not null then 'moved'
            when profile.hukou_code = profile.residence_code then 'returned'
            when profile.residence_code is null or profile.hukou_code is null then 'evidence_expired'
            else 'cancelled'
        end as left_reason
    from ledger.entry as entry
    join identity.child as child using (child_id)
    left join ledger.profile as profile using (child_id)
    left join qualifying as now_in on now_in.child_id = entry.child_id
    where entry.left_date is null
        and (now_in.county_code, now_in.tier) is distinct from (entry.county_code, entry.tier)
)
update ledger.entry as entry
set left_date = CAST(:as_of AS date), left_reason = ending.left_reason, left_basis = ending.left_basis
from ending
where entry.entry_id = ending.entry_id;
