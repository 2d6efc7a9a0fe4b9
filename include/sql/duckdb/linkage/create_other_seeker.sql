-- Second round, the other way about: what loose records may look for. Reads: reached.
create or replace temp table seeker as
select * from reached;
