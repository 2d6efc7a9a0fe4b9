-- Records, children and pairs to review. Reads: record, cluster, review.
select
    (select count(*) from record),
    (select count(distinct cluster) from cluster),
    (select count(*) from review);
