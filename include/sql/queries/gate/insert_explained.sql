-- The open queries of one code, on one line or on all, that an explanation answers. Reads: intake.issue.
-- Writes: intake.explained.
insert into intake.explained (explanation_id, line_number, column_name, key_sha256, evidence_sha256)
select distinct CAST(:explanation_id AS bigint), line_number, column_name, key_sha256, evidence_sha256
from intake.issue
where receipt_id = :receipt_id
    and code = :code
    and severity = 'query'
    and (CAST(:line_number AS integer) is null or line_number = CAST(:line_number AS integer))
    and key_sha256 is not null
    and explanation_id is null
on conflict do nothing;
