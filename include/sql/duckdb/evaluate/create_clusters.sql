-- What a matching says: one row a record.
create or replace table clusters as
select
    cast(record_id as varchar) as record_id,
    cast(child_id as varchar) as child_id
from clusters_file;
