-- Records whose number came to be a slip by what people said, or no longer is. Reads: record, slip, slip_now.
create or replace temp table recalled as
with turned as (
    (select rid from slip except select rid from slip_now)
    union all
    (select rid from slip_now except select rid from slip)
)
select *
from record
where rid in (select rid from turned);
