-- The county of an administrative code of six to twelve digits; null for the code of a city or a province.
create or replace macro county_of(value) as
    nullif(try_cast(if(strlen(value) = 6, value, left(trim(value), 6)) as integer), try_cast(left(trim(value), 4) as integer) * 100);
