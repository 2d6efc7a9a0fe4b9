-- New spellings. Reads: folded (names.fold of the spellings, with `raw`). Writes: spelled.
insert into spelled
select
    raw, key(name), key(pinyin), key(surname), key(parent), key(parent_pinyin)
from folded;
