-- Records of one child's number and different units. Reads: unit, touched, record. Writes: pair.
insert into pair
with contested as (
    select id_number
    from unit
    where id_number in (select unit.id_number from unit semi join touched using (unit))
    group by id_number
    having count(*) > 1
), bearer as materialized (
    select rid, unit, id_number, unit in (select unit from touched) as is_touched
    from record
    semi join contested using (id_number)
)
select 'identity', l.rid, r.rid
from bearer as l
join bearer as r on r.id_number = l.id_number and l.unit < r.unit
where l.is_touched or r.is_touched;
