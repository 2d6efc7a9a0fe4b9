-- Birth date (yyyymmdd) in an identity number kept as its first 17 digits.
create or replace macro id_birth(number) as ((number // 1000) % 100000000)::integer;
