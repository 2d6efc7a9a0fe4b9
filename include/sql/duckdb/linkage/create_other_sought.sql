-- Reads: loose.
create or replace temp view sought as
select * from loose;
