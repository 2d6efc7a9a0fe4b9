-- Fields of a child about which sources differ: the newest statement of each feed, the one that counts first. A place only
-- while its evidence counts. Reads: identity.member, conformed.source_record, ledger.fact, ledger.refresh.
-- Binds: child_id, precedence (rules/precedence.yaml), the values to be masked by whoever shows them.
with said as (
    select
        field.name as field,
        field.value,
        regexp_replace(field.value, '[\s·•・.．]', '', 'g') as folded,
        record.feed,
        record.as_of_date,
        record.county_code,
        record.record_key,
        record.source_record_id,
        coalesce(CAST(place.places ->> record.feed AS integer), 1000) as place
    from identity.member as member
    join conformed.source_record as record using (source_record_id)
    join ledger.refresh as head on head.is_head and record.as_of_date <= head.as_of_date
    cross join lateral jsonb_each_text(to_jsonb(record)) as field (name, value)
    join jsonb_each(CAST(:precedence AS jsonb)) as place (field, places) on place.field = field.name
    left join ledger.fact as fact
        on fact.source_record_id = record.source_record_id and fact.kind = field.name
    where member.child_id = :child_id
        and field.value is not null
        and coalesce(fact.expires_date > head.as_of_date, true)
),
newest as (
    select distinct on (field, feed)
        field, value, folded, feed, as_of_date, county_code, record_key, source_record_id, place
    from said
    order by field, feed, as_of_date desc, county_code, record_key, source_record_id
)
select
    newest.field,
    newest.value,
    newest.feed,
    newest.as_of_date,
    newest.source_record_id,
    row_number() over (
        partition by newest.field
        order by newest.place, newest.as_of_date desc, newest.feed, newest.county_code, newest.record_key
    ) = 1 as counts
from newest
where newest.field in (
    select field
    from newest
    group by field
    having count(distinct folded) > 1
)
order by newest.field, counts desc, newest.feed;
