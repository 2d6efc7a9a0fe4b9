-- Records whose number a person's SAME gave to nobody: it is another child's, or of a slip of the pen.
create table if not exists slip (rid bigint);
