-- First round: loose records of touched units look for any other. Reads: loose, touched.
create or replace temp table seeker as
select * from loose where unit in (select unit from touched);
