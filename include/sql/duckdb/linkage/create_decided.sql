-- What became of each edge: used, refused, or neither.
create table if not exists decided (
    low bigint, high bigint, route varchar, weight double, links boolean, low_record bigint, high_record bigint,
    used boolean, refused varchar, rival boolean, likeness tinyint
);
