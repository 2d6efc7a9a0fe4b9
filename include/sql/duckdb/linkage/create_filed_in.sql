-- The county in which a child's health record was opened (17 digits) or else its vaccination code was given (18 digits), the
-- first six digits of either.
create or replace macro filed_in(health_record, vaccination) as case
    when regexp_full_match(trim(health_record), '[0-9]{17}') then left(trim(health_record), 6)::integer
    when regexp_full_match(trim(vaccination), '[0-9]{18}') then left(trim(vaccination), 6)::integer
end;
