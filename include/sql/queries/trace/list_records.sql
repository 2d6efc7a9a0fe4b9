-- Records of a child: feed, file, line and the route that linked them. Reads: identity.member, conformed.source_record,
-- intake.receipt.
select
    record.source_record_id,
    record.feed,
    receipt.file_name as file,
    record.line_number as line,
    record.status,
    member.route,
    member.evidence as agreed,
    member.weight,
    member.rule_version
from identity.member as member
join conformed.source_record as record using (source_record_id)
join intake.receipt as receipt using (receipt_id)
where member.child_id = :child_id
order by record.source_record_id;
