-- The members as this run found them; unchanged ones keep their date. Reads: linked. Writes: identity.member.
insert into identity.member (source_record_id, child_id, route, rule_version, evidence)
select source_record_id, child_id, route, rule_version, evidence
from linked
on conflict (source_record_id) do update set
    child_id = excluded.child_id,
    route = excluded.route,
    rule_version = excluded.rule_version,
    evidence = excluded.evidence,
    linked_at = now()
where (member.child_id, member.route, member.rule_version, member.evidence)
    is distinct from (excluded.child_id, excluded.route, excluded.rule_version, excluded.evidence);
