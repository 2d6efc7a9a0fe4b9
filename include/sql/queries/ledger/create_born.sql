-- Birth dates as best known by a day. Reads: conformed.source_record, identity.member.
-- Binds: as_of, precedence (rules/precedence.yaml).
create temporary table born on commit drop as
with ranking as (
    select feed, birth_date
    from jsonb_to_recordset(CAST(:precedence AS jsonb)) as placed (feed text, birth_date integer)
)
select distinct on (member.child_id) member.child_id, record.birth_date, record.source_record_id
from identity.member as member
join conformed.source_record as record using (source_record_id)
left join ranking using (feed)
where record.birth_date is not null
    and record.as_of_date <= CAST(:as_of AS date)
order by
    member.child_id, ranking.birth_date, record.as_of_date desc, record.feed, record.county_code, record.record_key;
