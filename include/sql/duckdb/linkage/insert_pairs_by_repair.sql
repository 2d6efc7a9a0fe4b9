-- Records with a damaged number, and those of the one known child whose number is a slip away from it.
-- Reads: repairable, rechecked, unit, record. Writes: pair.
insert into pair
with known as (
    select repairable.rid, any_value(unit.id_number) as id_number
    from repairable
    join unit on unit.id_number = repairable.candidate
    where repairable.rid in (select unit from rechecked)
    group by repairable.rid
    having count(distinct unit.id_number) = 1
)
select 'repair', known.rid, record.rid
from known
join record using (id_number);
