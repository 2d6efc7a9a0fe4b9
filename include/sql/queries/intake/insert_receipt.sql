-- A new receipt, or nothing where the same bytes are already held. Writes: intake.receipt.  Returns: receipt_id.
insert into intake.receipt (
    department, county_code, feed, file_name, sha256, sm3, byte_count, as_of_date, revision, supplement, is_nil,
    contract_version, contract_sha256, state, verdict, verdict_code, verdict_detail, dropped_at
)
values (
    :department, :county_code, :feed, :file_name, :sha256, :sm3, :byte_count, CAST(:as_of_date AS date), :revision,
    :supplement, :is_nil, :contract_version, :contract_sha256, :state, :verdict, :verdict_code,
    CAST(:verdict_detail AS jsonb), CAST(:dropped_at AS timestamptz)
)
on conflict do nothing
returning receipt_id;
