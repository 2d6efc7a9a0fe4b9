-- Visits that are due because of the time that passed, of children nothing is asked of now; households and days as planned.
-- Reads: planned, owed_visit, ledger.profile.
select
    planned.county_code,
    planned.household,
    planned.planned_date,
    planned.unmet,
    owed_visit.due_date,
    planned.child_id,
    planned.item_id,
    profile.name,
    profile.sex,
    profile.birth_date,
    profile.residence_township,
    profile.residence_village,
    profile.address,
    profile.guardian_name,
    profile.guardian_phone
from planned
join owed_visit using (child_id)
join ledger.profile as profile using (child_id)
where planned.item_id is null
order by planned.county_code, planned.child_id;
