-- Contingency table: how many records each cluster holds of each child. Everything below is counted from it.
create or replace table cells as
select
    clusters.child_id as cluster,
    truth.child_id as child,
    any_value(truth.household_id) as household_id,
    count(*) as records
from clusters
inner join truth using (record_id)
group by clusters.child_id, truth.child_id;
