-- Whether a county may be meant by a code that names none: it lies in the code's city or province, or the code is blank or
-- a slip of the county's own.
create or replace macro lies_in(county, code) as case
    when county is null then false
    when not coalesce(regexp_full_match(code, '[0-9]{6,12}'), false) then true
    when substr(code, 3, 4) = '0000' then left(code, 2) = left(county::varchar, 2)
    else left(code, 4) = left(county::varchar, 4) or substr(code, 5, 2) <> '00' and hamming(left(code, 6), county::varchar) = 1
end;
