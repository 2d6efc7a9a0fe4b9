-- Numbers that stand for nobody: written for more children than spelling mistakes explain.
create table if not exists dead_identity (id_number bigint);
