-- The items of the lists, most pressing first, households and villages together. Reads: listed, planned.
select
    item_id,
    listed.county_code,
    queue,
    changes,
    due_date,
    due_at,
    due_basis,
    attempt_count,
    recheck,
    listed.child_id,
    flag_code,
    name,
    sex,
    birth_date,
    residence_township,
    residence_village,
    address,
    guardian_name,
    guardian_phone,
    standing,
    holder,
    level,
    coalesce(planned.household, listed.child_id) as household,
    planned.planned_date,
    case when queue = 'desk' then null when planned.item_id is null then 'no_capacity' else planned.unmet end as unmet
from listed
left join planned using (item_id)
order by listed.county_code, due_at, residence_township, residence_village, household, listed.child_id, item_id;
