-- Folded name -> its features, one row a name.
create table if not exists spelling (
    name_key bigint, name varchar, surname varchar, given varchar, pinyin varchar, sound varchar, shape varchar,
    pattern varchar, turned varchar, pet varchar
);
