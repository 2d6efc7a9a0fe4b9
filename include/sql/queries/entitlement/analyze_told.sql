-- The planner is told how large tables of this transaction are. Reads: due_child, told.
analyze due_child, told;
