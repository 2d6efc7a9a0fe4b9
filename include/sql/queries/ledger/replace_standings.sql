-- Stays in the other tiers as they follow from the records in force; ended ones first, so that no child ever has two open at once.
-- Reads: spell. Writes: ledger.standing.
insert into ledger.standing as stood (
    child_id, county_code, tier, stay, definition_version, entered_date, left_date, left_reason, basis
)
select child_id, county_code, tier, stay, definition_version, entered_date, left_date, left_reason, basis
from spell
where tier in ('statistical', 'key_care')
order by left_date nulls last, child_id
on conflict (child_id, tier, county_code, stay) do update set
    definition_version = excluded.definition_version,
    entered_date = excluded.entered_date,
    left_date = excluded.left_date,
    left_reason = excluded.left_reason,
    basis = excluded.basis
where (stood.definition_version, stood.entered_date, stood.left_date, stood.left_reason, stood.basis)
    is distinct from
    (excluded.definition_version, excluded.entered_date, excluded.left_date, excluded.left_reason, excluded.basis);
