-- The planner is told how many items there are, and of how many children. Reads: listed.
analyze listed (item_id, child_id, county_code, queue);
