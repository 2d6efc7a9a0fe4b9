-- Reads: arriving. Writes: seen.
insert into seen
select * from arriving;
