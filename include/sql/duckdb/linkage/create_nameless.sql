-- Do the names of two records tell neither child: missing, or what a family may call any child. Arguments are rows of
-- `spelling`.
create or replace macro nameless(a, b) as (a.name is null or a.pet is not null) and (b.name is null or b.pet is not null);
