-- Where the result of this run lands before it replaces the members. Reads: identity.member.
create temporary table linked on commit drop as
select source_record_id, child_id, route, rule_version, evidence, weight
from identity.member
with no data;
