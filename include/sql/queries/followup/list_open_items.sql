-- Every open item with what its visitor needs to know, households and villages together, most pressing first.
-- Reads: followup.item, ledger.flag, ledger.profile.
select
    item.item_id,
    item.county_code,
    item.due_date,
    item.attempt_count,
    item.child_id,
    flag.flag_code,
    profile.name,
    profile.sex,
    profile.birth_date,
    profile.residence_township,
    profile.residence_village,
    profile.address,
    profile.guardian_name,
    profile.guardian_phone
from followup.item as item
join ledger.flag as flag using (flag_id)
join ledger.profile as profile on profile.child_id = item.child_id
where item.state in ('queued', 'delivered')
order by
    item.county_code,
    item.due_date,
    profile.residence_township,
    profile.residence_village,
    profile.address,
    item.child_id,
    item.item_id;
