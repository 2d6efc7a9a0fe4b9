-- Records of units that a word divides now, or no longer. Reads: record, divided, divided_now.
create or replace temp table recalled as
with turned as (
    (select "natural" from divided except select "natural" from divided_now)
    union all
    (select "natural" from divided_now except select "natural" from divided)
)
select *
from record
where "natural" in (select "natural" from turned);
