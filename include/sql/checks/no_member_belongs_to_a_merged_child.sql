-- Records belong to standing child numbers only.
select member.source_record_id, member.child_id
from identity.member as member
join identity.child as child using (child_id)
where child.merged_into is not null;
