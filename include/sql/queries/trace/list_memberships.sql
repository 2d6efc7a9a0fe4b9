-- Records that belong or belonged to a child, from when to when. Reads: identity.member, identity.past_member.
select source_record_id, joined_at, left_at, route, rule_version
from identity.past_member
where child_id = :child_id
union all
select source_record_id, joined_at, null, route, rule_version
from identity.member
where child_id = :child_id
order by joined_at, source_record_id, left_at;
