-- A number of an office without the dress offices and spreadsheets give it; null for blanks, dummies and words for "none",
-- and for what a spreadsheet has made unreadable: 4.10702E+17, and seventeen digits or more of which it kept fifteen: all of
-- a county's are the same then. Most come plain and are known by their first characters for no dummies.
create or replace macro plain_number(value) as case
    when strlen(value) >= 17 and ends_with(rtrim(value), '00') and regexp_full_match(value, '\s*[0-9]{15}00+\s*') then null
    when regexp_full_match(value, '[0-9A-Z]{5,}') and (value[1] <> value[2] or value[2] <> value[3]) then value
    when regexp_full_match(value, '\s*[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+\s*') then null
    when length(value) >= 5 and ltrim(value, right(rtrim(value, ' -'), 1) || ' -') <> ''
        then translate(upper(regexp_replace(value, '\.0+$', '')), ' -', '')
end;
