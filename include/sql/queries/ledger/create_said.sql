-- All that was ever said of touched children, laid out once for all that is computed from it; as a refresh knew them, by the
-- child they were of then. ledger.fact_as_known would read all of them.
-- Reads: touched, stated, conformed.source_record, ledger.fact, ledger.version.
-- Binds: known: number of the refresh, null: as it is.
create temporary table said on commit drop as
with known as (
    select fact.child_id, fact.kind, fact.value, fact.as_of_date, fact.expires_date, fact.source_record_id
    from touched
    join ledger.fact as fact using (child_id)
    where fact.known_from <= CAST(:known AS bigint)
    union all
    select fact.child_id, fact.kind, fact.value, fact.as_of_date, fact.expires_date, fact.source_record_id
    from touched
    join ledger.version as version using (child_id)
    cross join lateral jsonb_populate_record(CAST(null AS ledger.fact), version.content) as fact
    where version.table_name = 'ledger.fact'
        and version.known_from <= CAST(:known AS bigint)
        and version.known_until > CAST(:known AS bigint)
)
select
    fact.child_id,
    fact.kind,
    fact.value,
    fact.as_of_date,
    fact.expires_date,
    fact.source_record_id,
    stated.feed,
    stated.county_code,
    stated.record_key
from touched
join ledger.fact as fact using (child_id)
join stated using (source_record_id)
where CAST(:known AS bigint) is null
union all
select
    known.child_id,
    known.kind,
    known.value,
    known.as_of_date,
    known.expires_date,
    known.source_record_id,
    record.feed,
    record.county_code,
    record.record_key
from known
left join conformed.source_record as record using (source_record_id)
where CAST(:known AS bigint) is not null;
