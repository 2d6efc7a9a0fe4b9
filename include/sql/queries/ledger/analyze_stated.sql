-- The planner is told how many records there are, and of how many children. Reads: stated.
analyze stated (child_id, source_record_id, feed, birth_date, route);
