-- Verdicts and rows over all receipts. Reads: intake.receipt, intake.delivery, conformed.source_record.
select
    count(*) filter (where verdict = 'accepted') as accepted_files,
    count(*) filter (where verdict = 'partial') as partial_files,
    count(*) filter (where verdict = 'nil') as nil_files,
    count(*) filter (where verdict = 'rejected') as rejected_files,
    coalesce(sum(accepted_count), 0) as accepted_rows,
    coalesce(sum(rejected_count), 0) as rejected_rows,
    (select count(*) from conformed.source_record where status = 'superseded') as superseded_rows,
    (select count(*) from intake.delivery where is_duplicate) as repeated
from intake.receipt;
