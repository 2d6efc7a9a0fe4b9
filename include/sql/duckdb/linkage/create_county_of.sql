-- The county of an administrative code of six to twelve digits.
create or replace macro county_of(value) as case
    when length(trim(value)) >= 6 then try_cast(left(trim(value), 6) as integer)
end;
