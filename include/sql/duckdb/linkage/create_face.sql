-- What is compared of the records of pairs, read once: narrow columns found them. `spelt` is their row of `spelling`.
-- Reads: pair, record, spelling, day.
create or replace temp table face as
with bearer as materialized (
    select record.*
    from record
    semi join (select one as rid from pair union select other from pair) as wanted using (rid)
), known as materialized (
    select spelling.*
    from spelling
    semi join (select name as name_key from bearer) as wanted using (name_key)
)
select bearer.*, known as spelt, day.lunar
from bearer
left join known on known.name_key = bearer.name
left join day on day.birth = bearer.birth;
