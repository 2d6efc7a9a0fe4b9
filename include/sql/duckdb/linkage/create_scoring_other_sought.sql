-- Reads: waiting.
create or replace temp view sought as
select * from waiting;
