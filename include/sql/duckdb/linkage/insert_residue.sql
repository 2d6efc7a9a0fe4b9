-- Reads: residue_now. Writes: residue.
insert into residue
select unit from residue_now;
