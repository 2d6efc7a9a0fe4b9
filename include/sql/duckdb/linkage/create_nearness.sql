-- How near two birth dates are: 3 equal, 2 one is the lunar date of the other or day and month changed places,
-- 1 one digit, one of year, month and day, the month alone, or 1 January for "unknown", 0 different, null if one is missing.
-- Arguments are rows of `day`.
create or replace macro nearness(a, b) as case
    when a.birth is null or b.birth is null then null
    when a.birth = b.birth and a.birth % 100 > 0 then 3
    when a.lunar = b.birth or b.lunar = a.birth then 2
    when a.birth // 10000 = b.birth // 10000
        and a.birth % 100 = b.birth // 100 % 100 and b.birth % 100 = a.birth // 100 % 100 then 2
    when a.birth // 10000 = b.birth // 10000 and (a.birth % 10000 = 101 or b.birth % 10000 = 101) then 1
    when a.birth // 100 = b.birth // 100 then 1
    when a.birth // 10000 = b.birth // 10000 and a.birth % 100 = b.birth % 100 then 1
    when a.birth % 10000 = b.birth % 10000 and abs(a.birth - b.birth) = 10000 then 1
    when levenshtein(a.birth::varchar, b.birth::varchar) = 1 then 1
    else 0
end;
