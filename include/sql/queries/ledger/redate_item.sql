-- The item of a flag that was raised later than thought. Writes: followup.item.
update followup.item
set due_date = CAST(:due_date AS date), due_basis = :due_basis
where flag_id = :flag_id;
