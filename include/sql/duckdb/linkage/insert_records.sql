-- A divided unit falls into its records. Reads: placed, divided. Writes: record.
insert into record by name
select *, case when "natural" in (select "natural" from divided) then rid else "natural" end as unit
from placed;
