-- Reads: unit, touched.
select count(*) from unit anti join touched using (unit);
