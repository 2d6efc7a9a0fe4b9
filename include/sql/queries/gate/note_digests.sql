-- Note on each query which row and values it is about. Reads: asked. Writes: intake.issue.
update intake.issue as issue
set key_sha256 = asked.key_sha256, evidence_sha256 = asked.evidence_sha256
from asked
where issue.issue_id = asked.issue_id;
