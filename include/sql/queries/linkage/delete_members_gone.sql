-- Members whose record is no longer in force. Reads: linked. Writes: identity.member.
delete from identity.member as member
where not exists (
    select 1
    from linked
    where linked.source_record_id = member.source_record_id
);
