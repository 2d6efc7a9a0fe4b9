-- The planner is told how large a table of this transaction is. Reads: standing_fact.
analyze standing_fact;
