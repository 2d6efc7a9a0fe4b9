-- A number of an office without the dress offices and spreadsheets give it; null for blanks, dummies (12345678, X999999), words
-- for "none" (未办理出生证, UNKNOWN: without a digit it is no number), and for what a spreadsheet has made unreadable:
-- 4.10702E+17, and seventeen digits or more of which it kept fifteen: all of a county's are the same then. Most come plain and
-- are known by their first and last characters for no dummies.
create or replace macro plain_number(value) as case
    when strlen(value) >= 17 and ends_with(rtrim(value), '00')
        and regexp_full_match(value, '\s*[''‘’`]?[0-9]{15}00+\s*') then null
    when regexp_full_match(value, '[0-9A-Z]{3,}[0-9][0-9X]') and (value[1] <> value[2] or value[2] <> value[3])
        and value[-2] <> value[-3] and not contains(value, '1234') and value[:4] not in ('9876', '8765') then value
    when regexp_full_match(value, '\s*[''‘’`]?[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+\s*') then null
    when length(value) >= 5 and regexp_matches(value, '[0-9０-９]') then nullif(regexp_replace(
        upper(translate(
            regexp_replace(value, '\.0+\s*$', ''),
            '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ -''‘’`　',
            '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
        )),
        '^[A-Z]?(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|0?12345?6?7?8?9?0?|9876543?2?1?0?|87654321)X?$',
        ''
    ), '')
end;
