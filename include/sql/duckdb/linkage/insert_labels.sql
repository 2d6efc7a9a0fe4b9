-- Labels of what came in and is not known. Reads: source, label. Writes: label.
insert into label
select key(record_id), record_id
from source
where key(record_id) not in (select rid from label);
