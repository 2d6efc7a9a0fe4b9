-- Reads: dying_identity. Writes: dead_identity.
delete from dead_identity where id_number in (select id_number from dying_identity where not dead);
