-- A number from 0 for each cluster, for the graph of what a reviewer joins.
create or replace table numbers as
select
    cluster,
    row_number() over (order by cluster) - 1 as number
from (select distinct cluster from cells);
