-- Records in force that belong to no child. Reads: conformed.source_record, identity.member.
select count(*)
from conformed.source_record as record
where record.status = 'in_force'
    and not exists (
        select 1
        from identity.member
        where member.source_record_id = record.source_record_id
    );
