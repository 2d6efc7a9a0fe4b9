-- What may raise a flag of a touched child today: statements that count, of the kinds any rule reads, each with its feed,
-- whether it is the newest of its child and kind, and whether the child stands in a county's ledger; of a child that does not,
-- only the kinds a rule reads of any child. Reads: said, ledger.entry.  Binds: as_of, kinds, kinds_of_all.
create temporary table standing_fact on commit drop as
with fact as (
    select
        child_id,
        kind,
        value,
        source_record_id,
        as_of_date,
        feed,
        row_number() over (
            partition by child_id, kind
            order by as_of_date desc, feed, county_code, record_key, source_record_id
        ) = 1 as is_newest,
        child_id in (
            select entry.child_id
            from ledger.entry as entry
            where entry.left_date is null
                and entry.tier in ('monitored', 'candidate')
        ) as is_watched
    from said
    where CAST(:kinds AS jsonb) ? kind
        and as_of_date <= CAST(:as_of AS date)
        and expires_date > CAST(:as_of AS date)
)
select child_id, kind, value, source_record_id, as_of_date, feed, is_newest, is_watched
from fact
where is_watched
    or CAST(:kinds_of_all AS jsonb) ? kind;
