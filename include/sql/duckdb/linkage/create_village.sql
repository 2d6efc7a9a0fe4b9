-- The village or estate of a dwelling as a key; villages of two counties may bear one name.
create or replace macro village(county, dwelling) as case
    when county is not null and settlement(dwelling) is not null then (hash(county, settlement(dwelling)) >> 1)::bigint
end;
