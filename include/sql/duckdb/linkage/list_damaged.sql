-- Damaged identity numbers with the birth date beside them. Reads: seeker.
select rid, damaged_id, birth
from seeker
where damaged_id is not null;
