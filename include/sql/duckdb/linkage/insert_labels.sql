-- Labels of what came in and is not known. Reads: source, label. Writes: label.
insert into label
with came as (
    select key(record_id) as rid, record_id from source
)
select rid, record_id
from came
where rid not in (select label.rid from label semi join came using (rid));
