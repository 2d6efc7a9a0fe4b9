-- Is a name a surname with a character twice (王明明): a pet name, or what a child is called by law. Arguments: a row of `spelling`.
create or replace macro doubled(a) as a.surname is not null and length(a.given) = 2 and a.given[1] = a.given[2];
