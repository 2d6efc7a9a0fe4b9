-- The county of an administrative code of six to twelve digits; null for the code of a province, and of a city unless it is
-- one without counties (东莞, 中山, 儋州, 嘉峪关).
create or replace macro county_of(value) as case
    when left(trim(value, ' '''), 6) in ('441900', '442000', '460400', '620200') then left(trim(value, ' '''), 6)::integer
    else nullif(
        try_cast(if(strlen(value) = 6, value, left(trim(value, ' '''), 6)) as integer),
        try_cast(left(trim(value, ' '''), 4) as integer) * 100
    )
end;
