-- The planner is told how large a table of this transaction is. Reads: told.
analyze told;
