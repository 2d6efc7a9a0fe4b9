-- Records looked at that belong to no child. Reads: arrived, identity.member.
select count(*)
from arrived
where not exists (
    select 1
    from identity.member
    where member.source_record_id = arrived.source_record_id
);
