-- What held of each touched child and when, by the statements made until a day: of several the best-placed source, then the
-- newest, as in the profile. A record that says the child died, returned or moved is a statement about its residence, too, and of
-- where it lives no other; death does not expire. Who tells that a child left speaks of the sender's county alone: it outdoes what
-- placed the child there, and what is older than that, but not a county that saw the child later, however late the old one tells.
-- What places a child in a county whose officer said later that it is not there does not.
-- Townships are told apart by their county. Statements that say the same with none between them that says
-- otherwise are one run: what is better is taken from few runs and not from each statement. Reads: said, ledger.answer,
-- identity.child.
-- Binds: as_of, precedence (rules/precedence.yaml).
create temporary table held on commit drop as
with departed (kind, value, reason) as (
    values
        ('cancel_reason', 'died', 'died'),
        ('cancel_reason', 'moved_out', 'moved'),
        ('cancel_reason', 'returned', 'returned'),
        ('verdict', 'died', 'died'),
        ('verdict', 'returned_home', 'returned'),
        ('other_verdict', 'died', 'died'),
        ('other_verdict', 'returned_home', 'returned'),
        ('visit_outcome', 'moved', 'moved')
),
departing as materialized (
    select
        said.child_id, said.as_of_date, said.expires_date, said.source_record_id, said.feed, said.county_code, said.record_key,
        departed.reason
    from said
    join departed using (kind, value)
    where said.kind in ('cancel_reason', 'verdict', 'other_verdict', 'visit_outcome')
        and said.as_of_date <= CAST(:as_of AS date)
),
arrived as (
    select departing.source_record_id, max(there.as_of_date) as day
    from departing
    join said as there
        on there.child_id = departing.child_id
            and there.kind = 'residence_code'
            and there.value = departing.county_code
            and there.as_of_date <= departing.as_of_date
    where there.source_record_id not in (select source_record_id from departing)
    group by departing.source_record_id
),
rejected as materialized (
    select coalesce(child.merged_into, child.child_id) as child_id, answer.county_code, max(answer.answered_date) as day
    from ledger.answer as answer
    join identity.child as child using (child_id)
    where answer.verdict = 'rejected'
        and answer.answered_date <= CAST(:as_of AS date)
    group by coalesce(child.merged_into, child.child_id), answer.county_code
),
denied as materialized (
    select said.source_record_id
    from rejected
    join said on said.kind = 'residence_code' and said.child_id = rejected.child_id and said.value = rejected.county_code
    where said.as_of_date <= rejected.day
),
statement as materialized (
    select child_id, kind, value, false as departs, as_of_date as told_date, as_of_date, expires_date, source_record_id, feed,
        county_code, record_key
    from said
    where kind in ('hukou_code', 'residence_code', 'residence_since', 'lives_with')
        and as_of_date <= CAST(:as_of AS date)
        and (kind in ('hukou_code', 'lives_with') or source_record_id not in (select source_record_id from departing))
        and (kind <> 'residence_code' or source_record_id not in (select source_record_id from denied))
    union all
    select town.child_id, town.kind, county.value || '/' || town.value, false, town.as_of_date, town.as_of_date,
        town.expires_date, town.source_record_id, town.feed, town.county_code, town.record_key
    from said as town
    join said as county
        on county.source_record_id = town.source_record_id
        and county.kind = replace(town.kind, 'township', 'code')
        and county.kind in ('hukou_code', 'residence_code')
    where town.kind in ('hukou_township', 'residence_township')
        and town.as_of_date <= CAST(:as_of AS date)
    union all
    select
        departing.child_id,
        'residence_code',
        departing.reason,
        true,
        arrived.day,
        departing.as_of_date,
        case when departing.reason <> 'died' then departing.expires_date end,
        departing.source_record_id,
        departing.feed,
        departing.county_code,
        departing.record_key
    from departing
    left join arrived using (source_record_id)
),
told as (
    select
        child_id,
        kind,
        min(value) as value,
        max(value) as other_value,
        range_agg(daterange(as_of_date, expires_date)) as during,
        min(source_record_id) as first_record_id
    from statement
    group by child_id, kind
),
ranking as (
    select feed, hukou_code, residence_code
    from jsonb_to_recordset(CAST(:precedence AS jsonb)) as placed (feed text, hukou_code integer, residence_code integer)
),
contested as (
    select
        statement.child_id,
        statement.kind,
        statement.value,
        daterange(statement.as_of_date, statement.expires_date) as during,
        statement.source_record_id,
        row_number() over best_first as place,
        lag(statement.value) over best_first is distinct from statement.value as differs
    from statement
    left join ranking using (feed)
    -- "is true": few are, which the planner does not know; it would sort all statements to join them
    where ((statement.child_id, statement.kind) in (select child_id, kind from told where value <> other_value)) is true
    window best_first as (
        partition by statement.child_id, statement.kind
        order by
            statement.value = 'died' desc,
            case statement.kind when 'hukou_code' then ranking.hukou_code when 'residence_code' then ranking.residence_code end,
            statement.told_date desc nulls last,
            statement.departs desc,
            statement.as_of_date desc,
            statement.feed,
            statement.county_code,
            statement.record_key,
            statement.source_record_id
    )
),
numbered as (
    select
        child_id, kind, value, during, source_record_id,
        count(*) filter (where differs) over (partition by child_id, kind order by place) as run
    from contested
),
run as (
    select child_id, kind, value, run, range_agg(during) as during, min(source_record_id) as first_record_id
    from numbered
    group by child_id, kind, value, run
),
outdone as (
    select
        child_id, kind, value, during, first_record_id,
        range_agg(during) over (
            partition by child_id, kind order by run rows between unbounded preceding and 1 preceding
        ) as better
    from run
)
select child_id, kind, value, during, first_record_id
from told
where value = other_value
union all
select child_id, kind, value, range_agg(during - coalesce(better, '{}')), min(first_record_id)
from outdone
group by child_id, kind, value;
