-- All that is known of a receipt, with its evidence record where it was validated.
-- Reads: intake.receipt, evidence.validation, conformed.absence, conformed.source_record.
select
    receipt.receipt_id,
    receipt.department,
    receipt.county_code,
    receipt.feed,
    receipt.file_name,
    receipt.sha256,
    receipt.sm3,
    receipt.byte_count,
    receipt.as_of_date,
    receipt.revision,
    receipt.supplement,
    receipt.contract_version,
    receipt.contract_sha256,
    receipt.received_at,
    receipt.dropped_at,
    receipt.state,
    receipt.verdict,
    receipt.verdict_code,
    receipt.verdict_detail,
    receipt.physical_line_count,
    receipt.header_line_count,
    receipt.blank_line_count,
    receipt.accepted_count,
    receipt.rejected_count,
    receipt.superseded_by,
    receipt.withdrawn_at,
    (
        select count(*)
        from conformed.absence as absence
        where absence.feed = receipt.feed
            and absence.county_code = receipt.county_code
            and absence.absent_date = receipt.as_of_date
            and absence.state <> 'truncated'
            and receipt.supplement = 0
            and receipt.superseded_by is null
            and receipt.withdrawn_at is null
    ) as absent_count,
    (
        select count(*)
        from conformed.absence as absence
        where absence.feed = receipt.feed
            and absence.county_code = receipt.county_code
            and absence.absent_date = receipt.as_of_date
            and absence.state = 'truncated'
            and receipt.supplement = 0
            and receipt.superseded_by is null
            and receipt.withdrawn_at is null
    ) as vanished_count,
    (
        select count(distinct replaced.record_key)
        from intake.receipt as earlier
        join conformed.source_record as replaced on replaced.receipt_id = earlier.receipt_id
        where earlier.superseded_by = receipt.receipt_id
            and not exists (
                select 1
                from conformed.source_record as kept
                join intake.receipt as file on file.receipt_id = kept.receipt_id
                where kept.feed = replaced.feed
                    and kept.county_code = replaced.county_code
                    and kept.record_key = replaced.record_key
                    and kept.status = 'in_force'
                    and file.as_of_date = receipt.as_of_date
            )
    ) as left_out_count,
    validation.contract_sha256 as judged_by_sha256,
    validation.suite_sha256,
    validation.code_version,
    validation.gx_version,
    validation.expectations,
    validation.validated_at
from intake.receipt
left join evidence.validation on validation.receipt_id = receipt.receipt_id
where receipt.receipt_id = :receipt_id;
