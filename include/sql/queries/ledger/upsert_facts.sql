-- What every changed record in force says of its child, with the day it stops counting: the day its own record names, else the end
-- of the school term it was told in, but never longer than :months after its data date. Those of a child
-- are put side by side, as they are read together.
-- Reads: changed, conformed.source_record, followup.believed, identity.member. Writes: ledger.fact.  Binds: months, lasting, terms (rules/cadence.yaml).
with rule as (
    select kind, until, to_month_end, at_most_months, months, by_term
    from jsonb_to_recordset(CAST(:lasting AS jsonb)) as listed (
        kind text, until text, to_month_end boolean, at_most_months integer, months integer, by_term boolean
    )
),
term as materialized (
    select first_day, last_day
    from jsonb_to_recordset(CAST(:terms AS jsonb)) as listed (first_day date, last_day date)
),
record as materialized (
    select
        source_record_id, member.child_id, record.as_of_date, coalesce(believed.facts, record.facts) as facts, record.hukou_code,
        record.residence_code
    from conformed.source_record as record
    join identity.member as member using (source_record_id)
    left join followup.believed as believed using (source_record_id)
    where record.status = 'in_force'
        and source_record_id in (select source_record_id from changed)
),
before as materialized (
    select source_record_id, kind, child_id, value, as_of_date, expires_date
    from ledger.fact
    where source_record_id in (select source_record_id from changed)
),
said as (
    select record.source_record_id, record.child_id, record.as_of_date, record.facts, statement.kind, statement.value
    from record
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
),
lasting as (
    select
        said.source_record_id,
        said.kind,
        said.child_id,
        said.value,
        said.as_of_date,
        case
            when rule.until is null then null
            when rule.to_month_end
                then date_trunc('month', CAST(said.facts ->> rule.until AS date)) + interval '1 month'
            else CAST(said.facts ->> rule.until AS date) + 1
        end as named_date,
        said.as_of_date + make_interval(months => rule.at_most_months) as latest_date,
        said.as_of_date + make_interval(months => coalesce(rule.months, CAST(:months AS integer))) as usual_date,
        case when rule.by_term then (
            select min(term.last_day) + 1
            from term
            where said.as_of_date between term.first_day and term.last_day
        ) end as term_date
    from said
    left join rule using (kind)
)
insert into ledger.fact (source_record_id, kind, child_id, value, as_of_date, expires_date, known_from)
select
    lasting.source_record_id,
    lasting.kind,
    lasting.child_id,
    lasting.value,
    lasting.as_of_date,
    ending.expires_date,
    (select ledger.next_refresh())
from lasting
cross join lateral (
    select CAST(least(coalesce(named_date, usual_date), latest_date, term_date) AS date) as expires_date
) as ending
left join before using (source_record_id, kind)
where (before.child_id, before.value, before.as_of_date, before.expires_date)
    is distinct from (lasting.child_id, lasting.value, lasting.as_of_date, ending.expires_date)
order by lasting.child_id, lasting.source_record_id
on conflict (source_record_id, kind) do update set
    child_id = excluded.child_id,
    value = excluded.value,
    as_of_date = excluded.as_of_date,
    expires_date = excluded.expires_date;
