-- Records that stand for a child of those found anew and are not among them. Reads: found, arrived, identity.member,
-- conformed.source_record.
with standing as (
    select coalesce(arrived.standing_child_id, member.child_id) as child_id
    from found
    left join arrived using (source_record_id)
    left join identity.member as member using (source_record_id)
)
select
    (
        select count(*)
        from identity.member as member
        join conformed.source_record as record using (source_record_id)
        where member.child_id in (select child_id from standing)
            and record.status = 'in_force'
            and member.source_record_id not in (select source_record_id from found)
    )
    + (
        select count(*)
        from arrived
        where standing_child_id in (select child_id from standing)
            and source_record_id not in (select source_record_id from found)
    ) as outside;
