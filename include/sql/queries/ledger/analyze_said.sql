-- The planner is told how much was said, and of how many. Reads: said.
analyze said (child_id, kind, source_record_id);
