-- Spelling -> key of the folded name; null where the spelling names nobody. `shared`: twins may share it. A pet name
-- is what families call a child whatever its name, but one character twice behind the surname is a name like any
-- other; a newborn called the second has a first.
create table if not exists spelled (
    raw varchar, name bigint, pinyin bigint, surname bigint, shared boolean, parent bigint, parent_pinyin bigint
);
