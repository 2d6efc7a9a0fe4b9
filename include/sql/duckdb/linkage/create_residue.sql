-- Units that are not firm and that no exact evidence has linked to a firm one beyond doubt: these alone are scored.
create table if not exists residue (unit bigint);
