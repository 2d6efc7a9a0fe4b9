-- Dockets follow a child number that turned out to be another one. Reads: identity.child. Writes: followup.docket.
update followup.docket as docket
set child_id = child.merged_into
from identity.child as child
where child.child_id = docket.child_id
    and child.merged_into is not null;
