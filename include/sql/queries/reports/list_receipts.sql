-- Every receipt for the index pages, newest standing first, a supplement after its whole file. Reads: intake.receipt.
select
    receipt_id,
    department,
    county_code,
    feed,
    as_of_date,
    revision,
    supplement,
    received_at,
    state,
    verdict,
    verdict_code,
    verdict_detail,
    accepted_count,
    rejected_count,
    superseded_by,
    withdrawn_at,
    state = 'settled' and reported_at is not null as is_reported
from intake.receipt
order by as_of_date desc, revision desc, supplement, receipt_id desc;
