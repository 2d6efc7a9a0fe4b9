-- Key of a record -> the name its sender knows it by.
create table if not exists label (rid bigint, record_id varchar);
