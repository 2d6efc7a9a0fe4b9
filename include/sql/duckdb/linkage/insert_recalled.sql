-- Reads: recalled. Writes: fresh.
insert into fresh by name
select * exclude ("natural", unit, id_number) from recalled;
