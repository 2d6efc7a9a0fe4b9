-- Records as they were: changed, or gone. Reads: record, fresh, gone.
create or replace temp table outgoing as
with known as materialized (
    select rid
    from record
    semi join (select rid from fresh union all select rid from gone) as came using (rid)
)
select record.*
from record
semi join known using (rid);
