-- A number of an office without the dress offices give it; null for blanks, dummies and words for "none". What is
-- rare is looked for by what is cheap: one sign repeated begins and ends with it, or with dress.
create or replace macro plain_number(value) as case
    when length(value) < 5
        or (
            (left(value, 1) in (right(value, 1), ' ', '-') or right(value, 1) in (' ', '-'))
            and ltrim(value, right(rtrim(value, ' -'), 1) || ' -') = ''
        )
        then null
    when contains(value, ' ') or contains(value, '-') then translate(upper(value), ' -', '')
    else upper(value)
end;
