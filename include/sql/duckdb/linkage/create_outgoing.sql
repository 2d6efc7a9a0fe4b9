-- Records as they were: changed, or gone. Reads: record, fresh, gone.
create or replace temp table outgoing as
select *
from record
where rid in (select rid from fresh union all select rid from gone);
