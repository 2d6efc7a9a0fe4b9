-- Reads: recalled. Writes: outgoing.
insert into outgoing
select * from recalled;
