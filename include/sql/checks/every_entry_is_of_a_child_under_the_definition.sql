-- No open entry for a child without a profile, or living where it is registered. Of touched
-- children: those of others stand as they stood.
select entry.entry_id
from touched
join ledger.entry as entry using (child_id)
left join ledger.profile as profile using (child_id)
where entry.left_date is null
    and (profile.child_id is null or profile.hukou_code = profile.residence_code);
