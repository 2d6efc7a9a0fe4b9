-- The child each record found anew stands for; none for a new one. Reads: found, arrived, identity.member.
select found.source_record_id, coalesce(arrived.standing_child_id, member.child_id) as child_id
from found
left join arrived using (source_record_id)
left join identity.member as member using (source_record_id)
where coalesce(arrived.standing_child_id, member.child_id) is not null;
