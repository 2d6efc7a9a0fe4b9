-- Damaged records to look at again: new ones, and those one of whose candidates came or went.
-- Reads: repairable, fresh, outgoing.
create or replace temp table rechecked as
select distinct rid as unit
from repairable
where rid in (select rid from fresh)
    or candidate in (select stated_id from fresh union all select stated_id from outgoing);
