-- What is new or changed. Reads: arrived, arriving, seen.
create or replace temp view incoming as
select *
from arrived
where key(record_id) in (select rid from arriving anti join seen using (rid, fingerprint));
