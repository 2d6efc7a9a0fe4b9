-- Birth dates of touched children as best known by a day, or in the profiles of a refresh. Reads: stated, ledger.profile and its
-- versions.
-- Binds: as_of, precedence (rules/precedence.yaml); known: number of the refresh, null: as it is.
create temporary table born on commit drop as
with ranking as (
    select feed, birth_date
    from jsonb_to_recordset(CAST(:precedence AS jsonb)) as placed (feed text, birth_date integer)
),
told as (
    select distinct on (stated.child_id) stated.child_id, stated.birth_date, stated.source_record_id
    from stated
    left join ranking using (feed)
    where stated.birth_date is not null
        and stated.as_of_date <= CAST(:as_of AS date)
        and CAST(:known AS bigint) is null
    order by
        stated.child_id, ranking.birth_date, stated.as_of_date desc, stated.feed, stated.county_code, stated.record_key
)
select child_id, birth_date, source_record_id
from told
union all
select child_id, birth_date, null
from ledger.profile_as_known(CAST(:known AS bigint))
where birth_date is not null
    and CAST(:known AS bigint) is not null;
