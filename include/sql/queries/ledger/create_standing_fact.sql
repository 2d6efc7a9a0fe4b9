-- What may raise a flag of a touched child today: statements that count, of the kinds any rule reads, each with its feed,
-- whether it is the newest of its child and kind (of several rows of one file and day each: whoever saw the need is not
-- outdone by a row's number; of several counties' files of one day that of the county the child lives in), and whether the child is watched: it stands in a county's ledger, or was there until it moved nobody
-- knows where and a county still answers for it. Of a child that is not, only the kinds a rule reads of any child.
-- Reads: said, ledger.profile, ledger.entry, ledger.custody.  Binds: as_of, kinds, kinds_of_all.
create temporary table standing_fact on commit drop as
with fact as (
    select
        said.child_id,
        said.kind,
        said.value,
        said.source_record_id,
        said.as_of_date,
        said.feed,
        said.county_code,
        said.record_key,
        rank() over (
            partition by said.child_id, said.kind
            order by said.as_of_date desc, said.feed, said.county_code is distinct from profile.residence_code, said.county_code
        ) = 1 as is_newest,
        said.child_id in (
            select entry.child_id
            from ledger.entry as entry
            left join ledger.custody as custody on custody.child_id = entry.child_id and upper_inf(custody.period)
            where entry.tier in ('monitored', 'candidate')
                and (entry.left_date is null or entry.left_reason = 'moved' and custody.child_id is not null)
        ) as is_watched
    from said
    left join ledger.profile as profile on profile.child_id = said.child_id
    where CAST(:kinds AS jsonb) ? said.kind
        and said.as_of_date <= CAST(:as_of AS date)
        and said.expires_date > CAST(:as_of AS date)
)
select child_id, kind, value, source_record_id, as_of_date, feed, county_code, record_key, is_newest, is_watched
from fact
where is_watched
    or CAST(:kinds_of_all AS jsonb) ? kind;
