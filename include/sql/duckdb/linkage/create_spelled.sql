-- Spelling -> key of the folded name; null where the spelling names nobody.
create table if not exists spelled (
    raw varchar, name bigint, pinyin bigint, surname bigint, parent bigint, parent_pinyin bigint
);
