-- The change is taken in.
drop table unfinished;
