-- A person's word on whether a child is shielded; a merged number leads to the child it became. Reads: identity.child.
-- Writes: identity.shield.  Returns: child_id.
insert into identity.shield (child_id, state, reason, officer)
select coalesce(merged_into, child_id), :state, :reason, :officer
from identity.child
where child_id = :child_id
returning child_id;
