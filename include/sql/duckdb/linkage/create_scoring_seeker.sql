-- First round: what is to be scored looks for any other. Reads: loose, rescored.
create or replace temp table seeker as
select * from loose where unit in (select unit from rescored);
