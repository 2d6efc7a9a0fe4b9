-- Records of touched units that are firm: they look for nobody, but others may look for them.
-- Reads: record, unit, touched.
create or replace temp table reached as
select record.*
from record
semi join (select unit.unit from unit semi join touched using (unit) where unit.firm) as firm using (unit);
