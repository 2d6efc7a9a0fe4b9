-- The planner is told how many records changed. Reads: changed.
analyze changed;
