-- New names. Reads: featured (names.fold of folded names). Writes: spelling.
insert into spelling
select key(name), name, surname, given, pinyin, sound, shape, pattern, turned, pet
from featured
where key(name) not in (select name_key from spelling);
