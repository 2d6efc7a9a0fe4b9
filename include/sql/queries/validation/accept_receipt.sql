-- The verdict on a file taken as a whole or in part, from its issues. Reads: intake.issue. Writes: intake.receipt.
with held_back as (
    select count(distinct line_number) as line_count
    from intake.issue
    where receipt_id = :receipt_id
        and severity = 'error'
)
update intake.receipt
set
    state = 'validated',
    rejected_count = held_back.line_count,
    verdict = case when is_nil then 'nil' when held_back.line_count > 0 then 'partial' else 'accepted' end
from held_back
where receipt_id = :receipt_id;
