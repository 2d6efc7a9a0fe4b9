-- Every record once, so that all get a profile. Reads: record. Writes: pair.
insert into pair
select 'probabilistic', rid, rid from record;
