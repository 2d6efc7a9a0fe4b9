-- What may raise a flag of a touched child today: statements that count, of the kinds any rule reads, each with its feed, whether it is the
-- newest of its child and kind, and whether the child stands in a county's ledger. Reads: touched, ledger.fact,
-- conformed.source_record, ledger.entry.  Binds: as_of, kinds.
create temporary table standing_fact on commit drop as
select
    fact.child_id,
    fact.kind,
    fact.value,
    fact.source_record_id,
    fact.as_of_date,
    record.feed,
    row_number() over (
        partition by fact.child_id, fact.kind
        order by fact.as_of_date desc, record.feed, record.county_code, record.record_key, fact.source_record_id
    ) = 1 as is_newest,
    fact.child_id in (
        select entry.child_id
        from ledger.entry as entry
        where entry.left_date is null
            and entry.tier in ('monitored', 'candidate')
    ) as is_watched
from touched
join ledger.valid_fact(CAST(:as_of AS date)) as fact using (child_id)
join conformed.source_record as record using (source_record_id)
where CAST(:kinds AS jsonb) ? fact.kind;
