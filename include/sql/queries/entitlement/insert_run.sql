-- Note what was computed from what. Writes: entitlement.run.
insert into entitlement.run (refresh_id, as_of_date, lists_sha256, counts)
values (:refresh_id, :as_of, :lists_sha256, CAST(:counts AS jsonb));
