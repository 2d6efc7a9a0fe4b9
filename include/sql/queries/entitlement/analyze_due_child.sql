-- The planner is told how many children are judged. Reads: due_child.
analyze due_child;
