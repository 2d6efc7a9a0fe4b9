-- One row a unit. `voices` are the feeds that speak of it, each once however often it does: what an office repeats, it copies. The
-- unit is firm when two voices or more give it the same child's number, and a birth date agrees with it.
create table if not exists unit (unit bigint, id_number bigint, records integer, voices integer, firm boolean);
