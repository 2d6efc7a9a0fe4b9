-- Stands while a change is taken in.
create table unfinished (since timestamp default now());
