-- A phone number as a number without country code; null for anything too short and for one digit repeated.
create or replace macro phone_of(value) as case
    when length(value) = 11 and try_cast(value as bigint) > 10000000000 and replace(value, right(value, 1), '') <> ''
        then try_cast(value as bigint)
    when value is not null and length(regexp_replace(value, '[^0-9]', '', 'g')) >= 7
        and replace(right(regexp_replace(value, '[^0-9]', '', 'g'), 11), right(trim(value), 1), '') <> ''
        then try_cast(right(regexp_replace(value, '[^0-9]', '', 'g'), 11) as bigint)
end;
