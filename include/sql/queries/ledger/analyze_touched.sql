-- The planner is told how many children are looked at. Reads: touched.
analyze touched;
