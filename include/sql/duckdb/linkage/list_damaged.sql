-- Damaged identity numbers with the birth date beside them. Reads: record, fresh.
select rid, damaged_id, case when birth % 100 > 0 then birth end as birth
from record
where damaged_id is not null
    and rid in (select rid from fresh);
