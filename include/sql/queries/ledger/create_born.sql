-- Birth dates of touched children as best known by a day, or in the profiles of a refresh. Reads: touched, conformed.source_record, identity.member,
-- ledger.profile and its versions.
-- Binds: as_of, precedence (rules/precedence.yaml); known: number of the refresh, null: as it is.
create temporary table born on commit drop as
with ranking as (
    select feed, birth_date
    from jsonb_to_recordset(CAST(:precedence AS jsonb)) as placed (feed text, birth_date integer)
),
told as (
    select distinct on (member.child_id) member.child_id, record.birth_date, record.source_record_id
    from touched
    join identity.member as member using (child_id)
    join conformed.source_record as record using (source_record_id)
    left join ranking using (feed)
    where record.birth_date is not null
        and record.as_of_date <= CAST(:as_of AS date)
        and CAST(:known AS bigint) is null
    order by
        member.child_id, ranking.birth_date, record.as_of_date desc, record.feed, record.county_code, record.record_key
)
select child_id, birth_date, source_record_id
from told
union all
select child_id, birth_date, null
from ledger.profile_as_known(CAST(:known AS bigint))
where birth_date is not null
    and CAST(:known AS bigint) is not null;
