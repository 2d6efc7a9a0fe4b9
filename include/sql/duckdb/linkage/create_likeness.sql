-- How alike two names are: 5 equal, 4 same pinyin, 3 near in sound or shape, unreadable or cut, with both parents' surnames and
-- with one (马陈志轩, 马志轩), with the last of three characters twice (李海炎炎), 2 one character other, missing or in another place, 1 another surname, 0 different, null if one says nothing, as a pet name does
-- against another name. Arguments are rows of `spelling`.
create or replace macro likeness(a, b) as case
    when a.name is null or b.name is null then null
    when a.name = b.name then 5
    when a.pinyin = b.pinyin or a.turned = b.pinyin or a.pinyin = b.turned then 4
    when a.sound = b.sound or a.shape = b.shape then 3
    when a.name like b.pattern or b.name like a.pattern then 3
    when (a.surname is null or b.surname is null) and least(length(a.name), length(b.name)) >= 3
        and (starts_with(a.name, b.name) or starts_with(b.name, a.name))
        -- 买买提 and 买买提江 are names of two; what a form cuts off is longer
        then if(greatest(length(a.name), length(b.name)) <= 5 and length(a.name) - length(b.name) in (1, -1), 2, 3)
    when a.surname = b.surname and length(a.given) = 3 and (a.given[2:] = b.given or a.given = b.given || b.given[-1]) then 3
    when a.surname = b.surname and length(b.given) = 3 and (b.given[2:] = a.given or b.given = a.given || a.given[-1]) then 3
    when (a.pet is null) <> (b.pet is null) and coalesce(a.surname = b.surname, true) then null
    when a.surname = b.surname and length(a.name) = length(b.name) and length(a.name) in (3, 4) and (
        (a.name[3:] = b.name[3:])
        or (a.name[:2] = b.name[:2] and a.name[4:] = b.name[4:])
        or a.name[:3] = b.name[:3]
    ) then 2
    when a.surname = b.surname and abs(length(a.name) - length(b.name)) = 1 and least(length(a.name), length(b.name)) >= 2
        and (starts_with(a.name, b.name) or starts_with(b.name, a.name) or ends_with(a.given, b.given)
            or ends_with(b.given, a.given)) then 2
    when a.surname = b.surname and length(a.given) = 2 and a.given = reverse(b.given) then 2
    when a.name >= '㐀' and length(a.name) > 4 and length(a.name) = length(b.name) and levenshtein(a.name, b.name) <= 3 then 2
    when a.given = b.given then 1
    when length(a.name) = 2 and a.name = b.given or length(b.name) = 2 and b.name = a.given then 1
    else 0
end;
