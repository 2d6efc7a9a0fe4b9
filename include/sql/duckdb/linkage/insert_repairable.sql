-- Reads: repaired. Writes: repairable.
insert into repairable
select rid, candidate from repaired;
