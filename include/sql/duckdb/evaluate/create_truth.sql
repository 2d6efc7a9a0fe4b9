-- Who is who, with the home of each.
create or replace table truth as
select
    cast(record_id as varchar) as record_id,
    cast(child_id as varchar) as child_id,
    cast(household_id as varchar) as household_id
from truth_file;
