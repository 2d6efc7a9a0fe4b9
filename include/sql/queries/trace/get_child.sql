-- A child number and what became of it. Reads: identity.child.
select child_id, merged_into
from identity.child
where child_id = :child_id;
