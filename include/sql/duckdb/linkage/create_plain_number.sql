-- A number of an office without the dress offices give it; null for blanks, dummies and words for "none". Most come plain
-- and are known by their first characters for no dummies.
create or replace macro plain_number(value) as case
    when regexp_full_match(value, '[0-9A-Z]{5,}') and (value[1] <> value[2] or value[2] <> value[3]) then value
    when length(value) >= 5 and ltrim(value, right(rtrim(value, ' -'), 1) || ' -') <> '' then translate(upper(value), ' -', '')
end;
