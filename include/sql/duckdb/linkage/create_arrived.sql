-- What arrived, read once. Reads: copied.
create or replace temp table arrived as
select * from copied;
