-- Records looked at, and in force still, that belong to no child. Reads: arrived, conformed.source_record, identity.member.
select count(*)
from arrived
join conformed.source_record as record using (source_record_id)
where record.status = 'in_force'
    and not exists (
        select 1
        from identity.member
        where member.source_record_id = arrived.source_record_id
    );
