-- New spellings. Reads: folded (names.fold of the spellings, with `raw`). Writes: spelled.
insert into spelled
select
    raw, key(name), key(pinyin), key(surname),
    (pet is not null and (surname is null or coalesce(given[1] <> given[2], true)))
    or regexp_matches(raw, '[子女婴宝孩][0-9A-Da-d甲乙丙丁]$')
    or (name is null and regexp_matches(raw, '[大小长次幼二三四双孪][子女]|之[一二三四双大小]|[子女婴宝孩][一二三四大小]$|双胞胎|孪生')),
    key(parent),
    key(parent_pinyin)
from folded;
