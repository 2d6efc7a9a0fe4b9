-- The planner is told how much evidence there is: else it would compare each piece with each. Reads: piece.
analyze piece;
