-- Every record once, so that all get a profile. Reads: record. Writes: candidate.
insert into candidate
select rid, rid from record;
