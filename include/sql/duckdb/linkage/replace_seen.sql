-- Reads: arriving. Writes: seen.
create or replace table seen as
select * from arriving;
