-- What may raise a flag of a touched child today: statements that count, of the kinds any rule reads, each with its feed,
-- whether it is the newest of its child and kind (of several rows of one file and day each: whoever saw the need is not
-- outdone by a row's number; of several counties' files of one day that of the county the child lives in), and whether the
-- child is watched: it stands in a county's ledger, or did until it moved nobody knows where and a county still answers for it.
-- Of a child that is not, only the kinds a rule reads of any child.
-- Reads: touched, said, ledger.profile, ledger.entry, ledger.custody.  Binds: as_of, kinds, kinds_of_all.
create temporary table standing_fact on commit drop as
with latest as (
    select distinct on (entry.child_id) entry.child_id, entry.left_date, entry.left_reason
    from touched
    join ledger.entry as entry using (child_id)
    where entry.tier in ('monitored', 'candidate')
        and coalesce(entry.left_reason, '') not in ('merged', 'split', 'withdrawn')
    order by entry.child_id, entry.left_date desc nulls first, entry.entry_id desc
),
watched as (
    select latest.child_id
    from latest
    where latest.left_date is null
        or (
            latest.left_reason = 'moved'
            and exists (
                select 1
                from ledger.custody as custody
                where custody.child_id = latest.child_id
                    and upper_inf(custody.period)
            )
        )
),
fact as (
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
        said.child_id in (select child_id from watched) as is_watched
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
