-- Records that stand for a child of those found anew and are not among them, and such as have no child and were not found
-- either. Reads: found, arrived, identity.member, conformed.source_record.
with child as (
    select distinct coalesce(arrived.standing_child_id, member.child_id) as child_id
    from found
    left join arrived using (source_record_id)
    left join identity.member as member using (source_record_id)
),
due as (
    select member.source_record_id
    from child
    join identity.member as member using (child_id)
    join conformed.source_record as record using (source_record_id)
    where record.status = 'in_force'
    union all
    select arrived.source_record_id
    from child
    join arrived on arrived.standing_child_id = child.child_id
    union all
    select arrived.source_record_id
    from arrived
    left join identity.member as member using (source_record_id)
    where member.source_record_id is null
)
select count(*)
from due
left join found using (source_record_id)
where found.source_record_id is null;
