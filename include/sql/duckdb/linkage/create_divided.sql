-- Natural units two records of which a person has told apart.
create table if not exists divided ("natural" bigint);
