-- Children all of whose records, and none but theirs, are in one cluster.
with sized as (
    select
        records,
        sum(records) over (partition by cluster) as of_cluster,
        sum(records) over (partition by child) as of_child
    from cells
)

select count_if(records = of_cluster and records = of_child) as exact
from sized;
