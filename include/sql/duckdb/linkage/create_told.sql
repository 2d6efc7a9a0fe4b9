-- The standing words of people on pairs of records.
create table if not exists told (left_rid bigint, right_rid bigint, verdict varchar);
