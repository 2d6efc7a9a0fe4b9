-- A number of an office without the dress offices give it; null for blanks, dummies and words for "none".
create or replace macro plain_number(value) as case
    when length(value) >= 5 and ltrim(value, right(rtrim(value, ' -'), 1) || ' -') <> '' then translate(upper(value), ' -', '')
end;
