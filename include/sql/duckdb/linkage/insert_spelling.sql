-- New names. Reads: folded. Writes: spelling.
insert into spelling
select
    key(name), name, any_value(surname order by raw), any_value(given order by raw), any_value(pinyin order by raw),
    any_value(sound order by raw), any_value(shape order by raw), any_value(pattern order by raw)
from folded
where name is not null
    and key(name) not in (select name_key from spelling)
group by name;
