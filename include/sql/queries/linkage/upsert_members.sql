-- The members as this run found them; unchanged ones keep their dates, a new route of the same child keeps the day it joined.
-- Reads: linked. Writes: identity.member.
insert into identity.member (source_record_id, child_id, route, rule_version, evidence, weight)
select source_record_id, child_id, route, rule_version, evidence, weight
from linked
on conflict (source_record_id) do update set
    child_id = excluded.child_id,
    route = excluded.route,
    rule_version = excluded.rule_version,
    evidence = excluded.evidence,
    weight = excluded.weight,
    linked_at = now(),
    joined_at = case when member.child_id = excluded.child_id then member.joined_at else now() end
where (member.child_id, member.route, member.rule_version, member.evidence, member.weight)
    is distinct from (excluded.child_id, excluded.route, excluded.rule_version, excluded.evidence, excluded.weight);
