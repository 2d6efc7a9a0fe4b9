-- A number of an office without the dress offices give it; null for blanks, dummies and words for "none".
create or replace macro plain_number(value) as case
    when length(replace(replace(trim(value), ' ', ''), '-', '')) >= 5
        and replace(replace(replace(trim(value), ' ', ''), '-', ''), right(trim(value), 1), '') <> ''
        then upper(replace(replace(trim(value), ' ', ''), '-', ''))
end;
