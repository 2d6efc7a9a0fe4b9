-- What a system answered to one event. Writes: followup.outbox.  Binds: state delivered, pending, refused or dead.
update followup.outbox
set
    state = case CAST(:state AS text) when 'refused' then 'pending' else CAST(:state AS text) end,
    refusal_count = refusal_count + CAST(CAST(:state AS text) in ('refused', 'dead') AS integer),
    last_answer = :answer,
    delivered_at = case CAST(:state AS text) when 'delivered' then now() end
where event_id = :event_id
    and destination = :destination;
