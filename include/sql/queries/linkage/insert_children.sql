-- New child numbers. Writes: identity.child.  Returns: child_id.
insert into identity.child (merged_into)
select null
from generate_series(1, CAST(:count AS integer))
returning child_id;
