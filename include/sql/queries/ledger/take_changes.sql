-- The records that changed since the last refresh, or all; those of a day to come stay noted until it comes.
-- Reads: ledger.change, conformed.source_record, identity.member, ledger.profile. Writes: changed, ledger.change.
-- Binds: everything, as_of.
with taken as (
    delete from ledger.change
    returning source_record_id, child_id
),
seen as (
    insert into changed (source_record_id, child_id)
    select source_record_id, child_id
    from taken
    union
    select record.source_record_id, member.child_id
    from conformed.source_record as record
    left join identity.member as member using (source_record_id)
    where CAST(:everything AS boolean)
    union
    select null, child_id
    from ledger.profile
    where CAST(:everything AS boolean)
    returning source_record_id
)
insert into ledger.change (source_record_id)
select distinct source_record_id
from seen
join conformed.source_record as record using (source_record_id)
where record.as_of_date > CAST(:as_of AS date);
