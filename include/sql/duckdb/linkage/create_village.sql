-- The village or estate as a key; settlements of two counties may bear one name.
create or replace macro village(county, settlement) as
    case when county is not null and settlement is not null then (hash(county, settlement) >> 1)::bigint end;
