-- The file, read once. Reads: file.
create or replace temp table incoming as
select * from file;
