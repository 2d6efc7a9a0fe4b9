-- The links made: within a unit to its first record, between units by the edges used.
-- Reads: record, decided, label.
with star as (
    select
        min(rid) over (partition by unit) as left_rid, rid as right_rid,
        case when id_number is null then 'same_statement' else 'exact_id' end as route,
        null::double as weight
    from record
), made as (
    select left_rid, right_rid, route, weight from star where left_rid <> right_rid
    union all
    select low_record, high_record, route, weight from decided where used
)
select l.record_id as left_record_id, r.record_id as right_record_id, made.route, round(made.weight, 2) as weight
from made
join label as l on l.rid = made.left_rid
join label as r on r.rid = made.right_rid;
