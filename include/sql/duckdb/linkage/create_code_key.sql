-- A vaccination code (eighteen digits) or a health record's number (seventeen) as one of eighteen digits that begins with its
-- county, as both do; or else a hash as if all of these were of one county.
create or replace macro code_key(value) as case
    when regexp_full_match(value, '[0-9]{17,18}') then rpad(value, 18, '0')::bigint
    when value is not null then 5000000000000000000 + (hash(value) % 1000000000000)::bigint
end;
