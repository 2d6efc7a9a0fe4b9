-- A file of text, read once; a Parquet file is read column by column where one is needed. Reads: file.
create or replace temp table incoming as
select * from file;
