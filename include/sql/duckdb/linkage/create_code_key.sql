-- A vaccination code as a number: itself, so that its county shows (eighteen digits, the first six of them), or else a hash as
-- if all of these were of one county.
create or replace macro code_key(value) as case
    when regexp_full_match(value, '[0-9]{18}') then value::bigint
    when value is not null then 5000000000000000000 + (hash(value) % 1000000000000)::bigint
end;
