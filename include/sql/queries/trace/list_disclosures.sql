-- Who was shown the identity behind records of a child, when and why. Reads: identity.disclosure, identity.member.
select distinct
    disclosure.disclosure_id as disclosure,
    disclosure.read_at,
    disclosure.reader,
    disclosure.reason,
    disclosure.left_record_id,
    disclosure.right_record_id
from identity.disclosure as disclosure
join identity.member as member
    on member.source_record_id in (disclosure.left_record_id, disclosure.right_record_id)
where member.child_id = :child_id
order by disclosure.disclosure_id;
