-- The door of a dwelling as a key, however it is written: 8号楼2单元0402室 is 8-2-402, and what tells one side or unit from
-- another without a number is part of it (东单元, B座). Null where only the village is known.
create or replace macro door(county, settlement, dwelling, address) as
    case when county is not null and settlement is not null and dwelling.first <> '' then (hash(
        county, settlement, ltrim(dwelling.first, '0'), ltrim(dwelling.second, '0'), ltrim(dwelling.third, '0'),
        ltrim(dwelling.fourth, '0'), upper(regexp_extract(address, '([A-Za-z甲乙丙丁东西南北])(?:座|栋|幢|单元|户|号?楼)', 1))
    ) >> 1)::bigint end;
