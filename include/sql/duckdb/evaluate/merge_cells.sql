-- The contingency table after the review: clusters joined into components.
create or replace table cells as
select
    components.component as cluster,
    cells.child,
    any_value(cells.household_id) as household_id,
    sum(cells.records)::bigint as records
from cells
inner join numbers using (cluster)
inner join components using (number)
group by components.component, cells.child;
