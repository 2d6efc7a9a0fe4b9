-- No open entry for a child without a profile, or living where it is registered.
select entry.entry_id
from ledger.entry as entry
left join ledger.profile as profile using (child_id)
where entry.left_date is null
    and (profile.child_id is null or profile.hukou_code = profile.residence_code);
