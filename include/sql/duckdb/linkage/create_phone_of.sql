-- A phone number as a number without country code and the decimals of a spreadsheet, the first of two; null for anything too
-- short, for one digit repeated to the end, for what is typed where there is none, and for one shown in part (138****5678,
-- 1.38123E+10), as many have the same.
create or replace macro phone_of(value) as case
    when value in ('12345678900', '12345678901', '12345678910', '123456789', '1234567890', '13800138000', '13912345678',
        '1234567', '12345678', '01234567890') or contains(value, '*') then null
    when regexp_full_match(value, '.*[0-9][Ee]\+[0-9]+\s*') then null
    when length(value) = 11 and try_cast(value as bigint) > 10000000000
        then case when replace(value[4:], right(value, 1), '') <> '' then try_cast(value as bigint) end
    when length(digits_of(value)) >= 22 then try_cast(left(ltrim(digits_of(value), '0+86'), 11) as bigint)
    when length(digits_of(value)) >= 7 and replace(right(digits_of(value), 8), right(digits_of(value), 1), '') <> ''
        then try_cast(right(digits_of(value), 11) as bigint)
end;
