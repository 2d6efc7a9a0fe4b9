-- All are found anew.
drop table found;
