-- What every record in force says of its child, with the day it stops counting: the day its own record names, else
-- :months after its data date. Reads: conformed.source_record, identity.member. Writes: ledger.fact.
with said as (
    select record.source_record_id, member.child_id, record.as_of_date, record.facts, statement.kind, statement.value
    from conformed.source_record as record
    join identity.member as member using (source_record_id)
    cross join lateral (
        select kind, value
        from jsonb_each_text(record.facts) as told (kind, value)
        union all
        select 'hukou_code', record.hukou_code
        where record.hukou_code is not null
        union all
        select 'residence_code', record.residence_code
        where record.residence_code is not null
    ) as statement
    where record.status = 'in_force'
)
insert into ledger.fact (source_record_id, kind, child_id, value, as_of_date, expires_date)
select
    source_record_id,
    kind,
    child_id,
    value,
    as_of_date,
    coalesce(
        CAST(facts ->> (CAST(:until AS jsonb) ->> kind) AS date) + 1,
        CAST(as_of_date + make_interval(months => CAST(:months AS integer)) AS date)
    )
from said
on conflict (source_record_id, kind) do update set
    child_id = excluded.child_id,
    value = excluded.value,
    as_of_date = excluded.as_of_date,
    expires_date = excluded.expires_date
where (fact.child_id, fact.value, fact.as_of_date, fact.expires_date)
    is distinct from (excluded.child_id, excluded.value, excluded.as_of_date, excluded.expires_date);
