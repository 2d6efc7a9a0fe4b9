-- Records of a child: file, line and the route that linked them. Reads: identity.member, conformed.source_record.
select
    record.source_record_id,
    record.receipt_id,
    record.line_number,
    record.status,
    member.route,
    member.rule_version,
    CAST(member.evidence AS text) as agreed
from identity.member as member
join conformed.source_record as record using (source_record_id)
where member.child_id = :child_id
order by record.source_record_id;
