-- Every child is to be looked at. Reads: identity.child. Writes: changed.
insert into changed (child_id)
select child_id
from identity.child;
