-- The village or estate of a dwelling as a key; villages of two counties may bear one name.
create or replace macro village(county, dwelling) as
    case when county is not null and dwelling.village <> '' then (hash(county, dwelling.village) >> 1)::bigint end;
