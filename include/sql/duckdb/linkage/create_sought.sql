-- First round: anybody may be found. Reads: record.
create or replace temp view sought as
select * from record;
