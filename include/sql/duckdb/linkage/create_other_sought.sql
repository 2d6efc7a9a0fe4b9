-- Second round: only what was touched may be found. Reads: reached.
create or replace temp view sought as
select * from reached;
