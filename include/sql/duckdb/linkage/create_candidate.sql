-- Pairs of records as the model reads them. Reads: pair.
create or replace temp view candidate as
select distinct least(one, other) as left_unit, greatest(one, other) as right_unit
from pair;
