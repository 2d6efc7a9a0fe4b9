-- Outcomes that came back, where the row is of the child the item is about. Reads: conformed.source_record,
-- identity.member. Writes: followup.visit.
insert into followup.visit (source_record_id, item_id, visited_date, outcome, verdict)
select
    record.source_record_id,
    item.item_id,
    record.as_of_date,
    record.facts ->> 'visit_outcome',
    record.facts ->> 'verdict'
from conformed.source_record as record
join identity.member as member using (source_record_id)
join followup.item as item on item.item_id = CAST(record.facts ->> 'item_id' AS bigint)
join identity.child as child on child.child_id = item.child_id
where record.status = 'in_force'
    and record.facts ? 'visit_outcome'
    and member.child_id = coalesce(child.merged_into, child.child_id)
on conflict (source_record_id) do update set
    item_id = excluded.item_id,
    visited_date = excluded.visited_date,
    outcome = excluded.outcome,
    verdict = excluded.verdict;
