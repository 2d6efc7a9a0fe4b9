-- Reads: recalled. Writes: placed.
insert into placed by name
select * exclude (unit) from recalled;
