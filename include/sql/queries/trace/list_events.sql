-- What happened to a child number, in order. Reads: identity.event.
select event_id, happened_at, kind, child_id, other_child_id, record_count as records, reason, actor, run_id as run
from identity.event
where :child_id in (child_id, other_child_id)
order by event_id;
