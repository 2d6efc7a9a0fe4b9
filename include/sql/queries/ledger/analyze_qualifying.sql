-- Let the planner see how many qualify. Reads: qualifying.
analyze qualifying;
