-- The evidence record of a validation. Writes: evidence.validation.
insert into evidence.validation (
    receipt_id, contract_sha256, suite_sha256, code_version, gx_version, expectations
)
values (:receipt_id, :contract_sha256, :suite_sha256, :code_version, :gx_version, CAST(:expectations AS jsonb))
on conflict (receipt_id) do update set
    contract_sha256 = excluded.contract_sha256,
    suite_sha256 = excluded.suite_sha256,
    code_version = excluded.code_version,
    gx_version = excluded.gx_version,
    expectations = excluded.expectations,
    validated_at = now();
