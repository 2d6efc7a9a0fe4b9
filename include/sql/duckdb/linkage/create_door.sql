-- The door of a dwelling as a key, however it is written: 8号楼2单元0402室 is 8-2-402. Null where only the village is known.
create or replace macro door(county, dwelling) as case when county is not null and dwelling.first <> '' then (hash(
    county, dwelling.village, ltrim(dwelling.first, '0'), ltrim(dwelling.second, '0'), ltrim(dwelling.third, '0'),
    ltrim(dwelling.fourth, '0')
) >> 1)::bigint end;
