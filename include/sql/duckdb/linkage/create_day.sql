-- Birth date -> its lunar date, both as yyyymmdd.
create table if not exists day (birth integer primary key, lunar integer);
