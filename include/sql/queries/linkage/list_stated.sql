-- Visit rows that name a child by number, with that child's first record. Reads: conformed.source_record, identity.member.
select record.source_record_id as left_record_id, min(member.source_record_id) as right_record_id
from conformed.source_record as record
join identity.child as named on named.child_id = CAST(record.facts ->> 'child_id' AS bigint)
join identity.member as member on member.child_id = coalesce(named.merged_into, named.child_id)
join conformed.source_record as known on known.source_record_id = member.source_record_id
where record.status = 'in_force'
    and known.status = 'in_force'
    and record.facts ? 'child_id'
    and not known.facts ? 'child_id'
    and known.birth_date = record.birth_date
    and known.name = record.name
group by record.source_record_id;
