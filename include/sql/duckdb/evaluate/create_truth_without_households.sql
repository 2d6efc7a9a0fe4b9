-- Who is who, where nothing is known of homes.
create or replace table truth as
select
    cast(record_id as varchar) as record_id,
    cast(child_id as varchar) as child_id,
    cast(null as varchar) as household_id
from truth_file;
