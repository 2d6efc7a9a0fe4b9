-- Second round: the other loose records look for touched units that are firm. Reads: loose, touched.
create or replace temp table seeker as
select * from loose where unit not in (select unit from touched);
