-- Everything is to be published. Reads: unit.
create or replace temp table dirty as
select unit from unit;
