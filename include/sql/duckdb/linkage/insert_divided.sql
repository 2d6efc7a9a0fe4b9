-- Reads: divided_now. Writes: divided.
insert into divided
select "natural" from divided_now;
