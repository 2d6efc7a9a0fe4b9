-- The county of an administrative code of six to twelve digits.
create or replace macro county_of(value) as try_cast(if(strlen(value) = 6, value, left(trim(value), 6)) as integer);
