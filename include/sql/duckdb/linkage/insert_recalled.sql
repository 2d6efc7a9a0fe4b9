-- Reads: recalled. Writes: fresh.
insert into fresh
select * exclude ("natural", unit, id_number) from recalled;
