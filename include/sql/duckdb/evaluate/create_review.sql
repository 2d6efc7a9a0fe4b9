-- The review queue: pairs of records a person decides about.
create or replace table review as
select
    cast(left_record_id as varchar) as left_record_id,
    cast(right_record_id as varchar) as right_record_id
from review_file;
