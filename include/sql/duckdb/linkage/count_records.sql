-- Reads: record.
select count(*) from record;
