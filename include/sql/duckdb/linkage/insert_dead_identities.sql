-- Reads: dying_identity. Writes: dead_identity.
insert into dead_identity
select id_number
from dying_identity
where dead
    and id_number not in (select id_number from dead_identity);
