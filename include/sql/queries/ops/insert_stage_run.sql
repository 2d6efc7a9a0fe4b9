-- A completed run of a stage. Writes: ops.stage_run.
insert into ops.stage_run (stage, receipt_id, seconds, counts)
values (:stage, :receipt_id, :seconds, CAST(:counts AS jsonb));
