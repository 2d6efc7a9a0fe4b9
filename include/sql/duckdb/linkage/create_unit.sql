-- One row a unit. It is firm when two records or more give it the same child's number, and a birth date agrees
-- with it.
create table if not exists unit (unit bigint, id_number bigint, records integer, firm boolean);
