-- An officer answers for a child by name. Writes: ledger.duty_exception.  Returns: duty_exception_id.
insert into ledger.duty_exception (child_id, reason, officer, granted_date, until_date)
select coalesce(merged_into, child_id), :reason, :officer, CAST(:granted AS date), CAST(:until AS date)
from identity.child
where child_id = :child_id
returning duty_exception_id;
