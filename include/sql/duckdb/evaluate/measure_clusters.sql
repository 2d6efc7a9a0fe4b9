-- Precision: sums over clusters, with the sums of squares and products a ratio estimator's variance needs.
with per_cluster as (
    select
        sum(records) as size,
        sum(records) * (sum(records) - 1) // 2 as pairs,
        sum(records) * (sum(records) - 1) // 2 - sum(records * (records - 1) // 2) as wrong_pairs,
        sum(records) - sum(records * records) / sum(records) as wrong_weight,
        count(*) as children,
        count(distinct household_id) as households
    from cells
    group by cluster
)

select
    count(*) as units,
    count_if(pairs > 0) as units_with_pairs,
    count_if(children > 1) as broken,
    count_if(children > 1 and households = 1) as broken_in_one_household,
    sum(size)::double as records,
    sum(pairs)::double as pairs,
    sum(wrong_pairs)::double as wrong_pairs,
    sum(wrong_weight)::double as wrong_weight,
    sum(wrong_pairs::double * wrong_pairs) as wrong_pairs_squared,
    sum(wrong_pairs::double * pairs) as wrong_pairs_by_pairs,
    sum(pairs::double * pairs) as pairs_squared,
    sum(wrong_weight * wrong_weight) as wrong_weight_squared,
    sum(wrong_weight * size) as wrong_weight_by_records,
    sum(size::double * size) as records_squared
from per_cluster;
