-- Members whose record is no longer in force; whose it was is remembered. Reads: stirred, conformed.source_record.
-- Writes: identity.member, identity.former_member.
with gone as (
    delete from identity.member as member
    using stirred
    join conformed.source_record as record using (feed, county_code, record_key, as_of_date)
    where record.source_record_id = member.source_record_id
        and record.status <> 'in_force'
    returning member.source_record_id, member.child_id
)
insert into identity.former_member (source_record_id, child_id)
select source_record_id, child_id
from gone
on conflict (source_record_id) do update set child_id = excluded.child_id;
