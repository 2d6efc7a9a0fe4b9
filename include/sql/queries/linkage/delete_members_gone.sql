-- Members whose record is no longer in force; whose it was is remembered. Reads: conformed.source_record. Writes: identity.member,
-- identity.former_member.
with gone as (
    delete from identity.member as member
    where not exists (
        select 1
        from conformed.source_record as record
        where record.source_record_id = member.source_record_id
            and record.status = 'in_force'
    )
    returning member.source_record_id, member.child_id
)
insert into identity.former_member (source_record_id, child_id)
select source_record_id, child_id
from gone
on conflict (source_record_id) do update set child_id = excluded.child_id;
