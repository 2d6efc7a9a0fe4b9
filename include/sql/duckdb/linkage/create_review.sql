-- Pairs a person should see: good enough evidence that links nothing, between clusters, once for any two clusters, and
-- not where the unit belongs by clearly better evidence elsewhere, unless (`own_day`) the two have one number and one day under
-- two names: that is no sister's or brother's number, and what ties each to its own says nothing against it. Reads: decided, cluster,
-- unit.
-- Binds: margin, review_from (bits).
create or replace temp table review as
with told_cluster as (
    select least(lc.cluster, rc.cluster) as low, greatest(lc.cluster, rc.cluster) as high
    from told
    join record as l on l.rid = told.left_rid
    join record as r on r.rid = told.right_rid
    join cluster as lc on lc.unit = l.unit
    join cluster as rc on rc.unit = r.unit
    where told.verdict = 'DIFFERENT'
), apart as materialized (
    select edge.*, l.cluster as low_cluster, r.cluster as high_cluster
    from decided as edge
    join cluster as l on l.unit = edge.low
    join cluster as r on r.unit = edge.high
    where l.cluster <> r.cluster and not edge.used and edge.weight >= $review_from
), placed as (
    select apart.*, apart.route = 'identity' and apart.weight >= 12 as own_day, lu.firm as low_firm, ru.firm as high_firm,
        lu.voices = 1 and lu.id_number is null as low_vague, ru.voices = 1 and ru.id_number is null as high_vague
    from apart
    join unit as lu on lu.unit = apart.low
    join unit as ru on ru.unit = apart.high
), held as materialized (
    select low, high, weight
    from decided
    where links and (low in (select unnest([low, high]) from apart) or high in (select unnest([low, high]) from apart))
), attached as (
    select unit, max(weight) as weight
    from (
        select unnest([low, high]) as unit, weight
        from held
        join cluster as l on l.unit = held.low
        join cluster as r on r.unit = held.high and r.cluster = l.cluster
    )
    group by unit
)
select distinct on (least(low_cluster, high_cluster), greatest(low_cluster, high_cluster))
    low_record, high_record,
    case
        when route = 'stated_child' then 'stated_child_differs'
        when refused is not null then refused
        when route = 'identity' then 'same_id_other_name'
        else 'probable'
    end as reason,
    placed.route, placed.weight
from placed
left join attached as la on la.unit = placed.low
left join attached as ra on ra.unit = placed.high
where not (
        rival
        and (placed.likeness in (0, 1) or la.weight is not null and ra.weight is not null)
        and not (low_vague and la.weight is null and high_firm or high_vague and ra.weight is null and low_firm)
    )
    and (own_day or low_firm or la.weight is null or la.weight < placed.weight + $margin)
    and (own_day or high_firm or ra.weight is null or ra.weight < placed.weight + $margin)
    and not exists (
        select 1
        from told_cluster
        where told_cluster.low = least(low_cluster, high_cluster)
            and told_cluster.high = greatest(low_cluster, high_cluster)
    )
order by least(low_cluster, high_cluster), greatest(low_cluster, high_cluster), placed.weight desc, low_record,
    high_record;
