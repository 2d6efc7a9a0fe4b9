-- Let the planner see what it joins. Reads: held.
analyze held;
