-- Verdicts and rows over all receipts. Reads: intake.receipt, intake.delivery, conformed.source_record.
select
    count(*) filter (where verdict = 'accepted' and state <> 'held') as accepted_files,
    count(*) filter (where verdict = 'partial' and state <> 'held') as partial_files,
    count(*) filter (where verdict = 'nil' and state <> 'held') as nil_files,
    count(*) filter (where verdict = 'rejected') as rejected_files,
    count(*) filter (where state = 'held') as held_files,
    coalesce(sum(accepted_count), 0) as accepted_rows,
    coalesce(sum(rejected_count), 0) as rejected_rows,
    (select count(*) from conformed.source_record where status = 'superseded') as superseded_rows,
    (select count(*) from intake.delivery where is_duplicate) as repeated
from intake.receipt;
