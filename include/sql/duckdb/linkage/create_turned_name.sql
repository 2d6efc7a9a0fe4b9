-- Names that became so much more or less common that their weight moves. Reads: record, fresh, outgoing.
create or replace temp table turned_name as
with change as (
    select name, sum(n) as n
    from (
        select name, 1 as n from fresh where name is not null
        union all
        select name, -1 from outgoing where name is not null
    )
    group by name
    having sum(n) <> 0
), now as (
    select name, count(*) as n
    from record
    semi join change using (name)
    group by name
)
select change.name
from change
left join now using (name)
where floor(log2(greatest(coalesce(now.n, 0), 0.5)) / 2)
    <> floor(log2(greatest(coalesce(now.n, 0) - change.n, 0.5)) / 2);
