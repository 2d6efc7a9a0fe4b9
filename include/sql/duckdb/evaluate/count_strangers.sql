-- Records only one of the files has, records without a child, and records more than once in a file.
with both_files as (
    select record_id, count(*) as in_clusters, 0 as in_truth, count(*) - count(child_id) as childless
    from clusters
    group by record_id
    union all
    select record_id, 0, count(*), count(*) - count(child_id)
    from truth
    group by record_id
),

per_record as (
    select
        sum(in_clusters) as in_clusters,
        sum(in_truth) as in_truth,
        sum(childless) as childless,
        count(record_id) = 0 as is_nameless
    from both_files
    group by record_id
)

select
    count_if(in_truth = 0) as only_in_clusters,
    count_if(in_clusters = 0) as only_in_truth,
    count_if(in_clusters > 1) as repeated_in_clusters,
    count_if(in_truth > 1) as repeated_in_truth,
    count_if(childless > 0 or is_nameless) as without_id
from per_record;
