-- A phone number as a number without country code, the first of two; null for anything too short, for one digit repeated
-- to the end, and for what is typed where there is none.
create or replace macro phone_of(value) as case
    when value in ('12345678901', '12345678910', '13800138000', '13912345678', '1234567', '12345678', '01234567890') then null
    when length(value) = 11 and try_cast(value as bigint) > 10000000000
        then case when replace(value[4:], right(value, 1), '') <> '' then try_cast(value as bigint) end
    when length(regexp_replace(value, '[^0-9]', '', 'g')) >= 22
        then try_cast(left(ltrim(regexp_replace(value, '[^0-9]', '', 'g'), '0+86'), 11) as bigint)
    when length(regexp_replace(value, '[^0-9]', '', 'g')) >= 7
        and replace(right(regexp_replace(value, '[^0-9]', '', 'g'), 8), right(trim(value), 1), '') <> ''
        then try_cast(right(regexp_replace(value, '[^0-9]', '', 'g'), 11) as bigint)
end;
