-- Records of a child: file, line and the route that linked them. Reads: identity.member, conformed.source_record,
-- intake.receipt.
select
    record.source_record_id,
    receipt.file_name as file,
    record.line_number as line,
    record.status,
    member.route,
    CAST(member.evidence AS text) as agreed,
    member.rule_version
from identity.member as member
join conformed.source_record as record using (source_record_id)
join intake.receipt as receipt using (receipt_id)
where member.child_id = :child_id
order by record.source_record_id;
