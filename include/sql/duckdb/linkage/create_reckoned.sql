-- Over how many records chance was last reckoned.
create table if not exists reckoned (records double);
