-- Children that stand: with records, not merged. Reads: identity.child, identity.member.
select count(*) as children
from identity.child
where merged_into is null
    and exists (select 1 from identity.member where member.child_id = child.child_id);
