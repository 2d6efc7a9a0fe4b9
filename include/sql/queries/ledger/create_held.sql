-- What held of each touched child and when, by the statements made until a day: of several the best-placed source, then the
-- newest, as in the profile. A record that says the child died, returned or moved is a statement about its residence, too;
-- death does not expire. Townships are told apart by their county. Facts are read by child, so that a few children cost
-- little; ledger.fact_as_known would read all of them. Reads: touched, ledger.fact, ledger.version, conformed.source_record.
-- Binds: as_of, precedence (rules/precedence.yaml); known: number of the refresh, null: as it is.
create temporary table held on commit drop as
with departed (kind, value, reason) as (
    values
        ('cancel_reason', 'died', 'died'),
        ('cancel_reason', 'moved_out', 'moved'),
        ('cancel_reason', 'returned', 'returned'),
        ('verdict', 'died', 'died'),
        ('verdict', 'returned_home', 'returned'),
        ('visit_outcome', 'moved', 'moved')
),
said as materialized (
    select fact.child_id, fact.kind, fact.value, fact.as_of_date, fact.expires_date, fact.source_record_id
    from touched
    join ledger.fact as fact using (child_id)
    where fact.kind in (
            'hukou_code', 'residence_code', 'residence_since', 'lives_with', 'hukou_township', 'residence_township',
            'cancel_reason', 'verdict', 'visit_outcome'
        )
        and fact.as_of_date <= CAST(:as_of AS date)
        and (CAST(:known AS bigint) is null or fact.known_from <= CAST(:known AS bigint))
    union all
    select fact.child_id, fact.kind, fact.value, fact.as_of_date, fact.expires_date, fact.source_record_id
    from touched
    join ledger.version as version using (child_id)
    cross join lateral jsonb_populate_record(CAST(null AS ledger.fact), version.content) as fact
    where version.table_name = 'ledger.fact'
        and version.known_from <= CAST(:known AS bigint)
        and version.known_until > CAST(:known AS bigint)
        and fact.as_of_date <= CAST(:as_of AS date)
),
statement as materialized (
    select child_id, kind, value, false as departs, as_of_date, expires_date, source_record_id
    from said
    where kind in ('hukou_code', 'residence_code', 'residence_since', 'lives_with')
    union all
    select place.child_id, place.kind, county.value || '/' || place.value, false, place.as_of_date, place.expires_date,
        place.source_record_id
    from said as place
    join said as county
        on county.source_record_id = place.source_record_id
        and county.kind = replace(place.kind, 'township', 'code')
    where place.kind in ('hukou_township', 'residence_township')
    union all
    select said.child_id, 'residence_code', departed.reason, true, said.as_of_date,
        case when departed.reason <> 'died' then said.expires_date end, said.source_record_id
    from said
    join departed using (kind, value)
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
        datemultirange(daterange(statement.as_of_date, statement.expires_date)) as during,
        range_agg(daterange(statement.as_of_date, statement.expires_date)) over (
            partition by statement.child_id, statement.kind
            order by
                statement.value = 'died' desc,
                case statement.kind when 'hukou_code' then ranking.hukou_code when 'residence_code' then ranking.residence_code end,
                statement.as_of_date desc,
                statement.departs desc,
                record.feed,
                record.county_code,
                record.record_key,
                source_record_id
            rows between unbounded preceding and 1 preceding
        ) as better,
        source_record_id
    from statement
    join told on told.child_id = statement.child_id and told.kind = statement.kind and told.value <> told.other_value
    join conformed.source_record as record using (source_record_id)
    left join ranking using (feed)
)
select child_id, kind, value, during, first_record_id
from told
where value = other_value
union all
select child_id, kind, value, range_agg(during - coalesce(better, '{}')), min(source_record_id)
from contested
group by child_id, kind, value;
