-- Queries that an accepted explanation of the same feed, county, code, column, key and values answers, in one file or in
-- all of the feed and county. Reads: intake.receipt, intake.explanation, intake.explained. Writes: intake.issue.
-- Returns: receipt_id.
update intake.issue as issue
set explanation_id = explanation.explanation_id
from intake.receipt as receipt, intake.explanation as explanation, intake.explained as explained
where receipt.receipt_id = issue.receipt_id
    and receipt.feed = :feed
    and receipt.county_code = :county_code
    and (CAST(:receipt_id AS bigint) is null or receipt.receipt_id = CAST(:receipt_id AS bigint))
    and issue.severity = 'query'
    and issue.explanation_id is null
    and explanation.feed = receipt.feed
    and explanation.county_code = receipt.county_code
    and explanation.code = issue.code
    and explanation.verdict = 'accept'
    and explained.explanation_id = explanation.explanation_id
    and explained.column_name = issue.column_name
    and explained.key_sha256 = issue.key_sha256
    and explained.evidence_sha256 = issue.evidence_sha256
returning issue.receipt_id;
