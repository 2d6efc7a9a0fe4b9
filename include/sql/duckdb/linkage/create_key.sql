-- A value as a number: equality is all a key can answer, and a number is compared and stored at a fraction of the cost.
create or replace macro key(value) as case when value is not null then (hash(value) >> 1)::bigint end;
