-- A file held, with what it would have done; once while it waits. Writes: intake.decision.
insert into intake.decision (receipt_id, effect, exceeded)
values (:receipt_id, CAST(:effect AS jsonb), CAST(:exceeded AS jsonb))
on conflict (receipt_id) where verdict is null do update set
    effect = excluded.effect,
    exceeded = excluded.exceeded;
