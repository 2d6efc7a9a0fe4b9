-- Files that speak of a child, with contract and rules. Reads: identity.member, conformed.source_record, intake.receipt,
-- evidence.validation.
select distinct
    receipt.receipt_id,
    receipt.file_name,
    receipt.department,
    receipt.county_code,
    receipt.sha256,
    receipt.contract_version,
    left(receipt.contract_sha256, 12) as contract,
    left(validation.suite_sha256, 12) as suite,
    validation.code_version
from identity.member as member
join conformed.source_record as record using (source_record_id)
join intake.receipt as receipt using (receipt_id)
left join evidence.validation as validation using (receipt_id)
where member.child_id = :child_id
order by receipt.receipt_id;
