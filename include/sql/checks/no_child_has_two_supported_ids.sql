-- A child never holds two identity numbers that two records each support, giving the birth date the number states; a
-- guardian's number beside a school-roll number that has the child's is none. A number its own department replaced after
-- a ticket is the replacement. Of touched children: others hold what they held, but for a
-- replaced number, which counts when its child is next looked at.
with numbered as (
    select
        stated.child_id,
        coalesce(replaced.id_number, stated.id_number) as id_number,
        coalesce(replaced.birth_date, stated.birth_date) as birth_date
    from stated
    left join tickets.replaced using (source_record_id)
    where stated.route = 'exact_id'
),
supported as (
    select child_id, id_number
    from numbered
    where substr(id_number, 7, 8) = coalesce(to_char(birth_date, 'YYYYMMDD'), substr(id_number, 7, 8))
    group by child_id, id_number
    having count(*) > 1
)
select child_id
from supported
group by child_id
having count(*) > 1;
