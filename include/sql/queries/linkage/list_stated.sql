-- Visit rows that name a child by number, merged numbers followed. Reads: conformed.source_record, identity.child.
-- Returns: source_record_id, child_id.
select record.source_record_id, coalesce(named.merged_into, named.child_id) as child_id
from conformed.source_record as record
join identity.child as named on named.child_id = CAST(record.facts ->> 'child_id' AS bigint)
where record.status = 'in_force'
    and record.facts ? 'child_id'
order by record.source_record_id;
