-- Visit rows that name a child by number, merged numbers followed, each beside every name and birth date the child's other records
-- bear, first by what their senders call them. Reads: conformed.source_record, identity.child, identity.member, arrived.
with visit as (
    select record.source_record_id, coalesce(named.merged_into, named.child_id) as child_id, record.name, record.birth_date
    from conformed.source_record as record
    join identity.child as named on named.child_id = CAST(record.facts ->> 'child_id' AS bigint)
    where record.status = 'in_force'
        and record.facts ? 'child_id'
),
other as (
    select standing_child_id as child_id, source_record_id, feed, county_code, record_key, as_of_date, name, birth_date
    from arrived
    where standing_child_id in (select child_id from visit)
    union all
    select member.child_id, member.source_record_id, record.feed, record.county_code, record.record_key, record.as_of_date,
        record.name, record.birth_date
    from identity.member as member
    join conformed.source_record as record using (source_record_id)
    where member.child_id in (select child_id from visit)
        and record.status = 'in_force'
        and not exists (select 1 from arrived where arrived.source_record_id = member.source_record_id)
),
bearing as (
    select distinct on (child_id, name, birth_date)
        child_id, name, birth_date, source_record_id, feed, county_code, record_key, as_of_date
    from other
    where not exists (select 1 from visit where visit.source_record_id = other.source_record_id)
    order by child_id, name, birth_date, feed, county_code, record_key, as_of_date, source_record_id
)
select
    visit.source_record_id,
    visit.name,
    visit.birth_date,
    bearing.source_record_id as other_record_id,
    bearing.name as other_name,
    bearing.birth_date as other_birth_date
from visit
join bearing using (child_id)
order by
    visit.source_record_id, bearing.feed, bearing.county_code, bearing.record_key, bearing.as_of_date, bearing.source_record_id;
