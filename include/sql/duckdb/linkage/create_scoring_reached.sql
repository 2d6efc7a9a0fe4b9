-- Second round: records of touched units. Reads: record, touched, rescored.
create or replace temp table reached as
select record.*
from record
semi join (select unit from touched where unit not in (select unit from rescored)) as other using (unit);
