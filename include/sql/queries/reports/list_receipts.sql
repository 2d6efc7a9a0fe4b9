-- Every receipt for the index pages, newest standing first. Reads: intake.receipt.
select
    receipt_id,
    department,
    county_code,
    feed,
    as_of_date,
    revision,
    received_at,
    state,
    verdict,
    verdict_code,
    verdict_detail,
    accepted_count,
    rejected_count,
    superseded_by,
    state = 'settled' and reported_at is not null as is_reported
from intake.receipt
order by as_of_date desc, revision desc, receipt_id desc;
