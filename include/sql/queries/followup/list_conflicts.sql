-- Answers that contradict each other and wait for an officer; codes and numbers only. Reads: followup.conflict,
-- conformed.source_record.
select
    conflict.conflict_id,
    conflict.item_id,
    conflict.visited_date,
    array_to_string(conflict.columns, ',') as differ_in,
    standing.facts ->> 'visit_outcome' || '/' || coalesce(standing.facts ->> 'verdict', '-') || '/' || coalesce(standing.facts ->> 'other_verdict', '-')
        as standing,
    standing.receipt_id as standing_receipt,
    other.facts ->> 'visit_outcome' || '/' || coalesce(other.facts ->> 'verdict', '-') || '/' || coalesce(other.facts ->> 'other_verdict', '-')
        as other,
    other.receipt_id as other_receipt
from followup.conflict as conflict
join conformed.source_record as standing on standing.source_record_id = conflict.standing_record_id
join conformed.source_record as other on other.source_record_id = conflict.other_record_id
where conflict.settled_at is null
order by conflict.conflict_id;
