-- The planner is told how much was said, and of how many. Reads: said.
analyze said (child_id, kind, as_of_date, expires_date, source_record_id);
