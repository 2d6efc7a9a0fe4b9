-- What a file would do. Writes: intake.measurement.
insert into intake.measurement (receipt_id, effect, rules_sha256, measured_on)
values (:receipt_id, CAST(:effect AS jsonb), :rules_sha256, CAST(:measured_on AS date))
on conflict (receipt_id) do update set
    effect = excluded.effect,
    rules_sha256 = excluded.rules_sha256,
    measured_on = excluded.measured_on,
    measured_at = now();
