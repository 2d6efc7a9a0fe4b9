-- What a careful user of Splink does first: one spelling of every code, dates as dates, makeshift values as nulls.
create or replace table people as
with folded as (
    select
        cast(record_id as bigint) as unique_id,
        nullif(regexp_replace(upper(trim(name)), '[\s·•・.．‧。\-\x{200B}\x{3000}\x{00A0}]', '', 'g'), '') as name,
        translate(upper(regexp_replace(id_number, '[\s''\x{3000}]', '', 'g')), '０１２３４５６７８９Ｘ', '0123456789X') as id_raw,
        regexp_replace(regexp_replace(split_part(birth_date, ' ', 1), '[年月./]', '-', 'g'), '日', '') as birth_text,
        case
            when sex in ('1', 'M', '男', '男性') then 'M'
            when sex in ('2', 'F', '女', '女性') then 'F'
        end as sex,
        case when length(residence_code) = 6 then residence_code end as county,
        case when length(hukou_code) = 6 then hukou_code end as hukou,
        case when length(address) > 3 then regexp_replace(address, '^.*?省', '') end as address,
        case when length(guardian_name) > 1 then regexp_replace(guardian_name, '[\s·•・.．‧\-]', '', 'g') end
            as guardian_name,
        case when regexp_full_match(upper(guardian_id_number), '\d{17}[\dX]') then upper(guardian_id_number) end
            as guardian_id,
        right(regexp_replace(
            translate(split_part(guardian_phone, '/', 1), '０１２３４５６７８９', '0123456789'), '\D', '', 'g'), 11) as phone,
        case when length(school_roll_number) = 19 then upper(school_roll_number) end as school_roll_number,
        case when length(birth_certificate_number) = 10 then upper(birth_certificate_number) end as birth_certificate,
        case when length(vaccination_code) = 18 then vaccination_code end as vaccination_code,
        case when length(disability_certificate_number) = 20 then upper(disability_certificate_number) end
            as disability_certificate,
        case when length(health_record_number) = 17 then health_record_number end as health_record,
        case when length(insurance_number) > 8 then insurance_number end as insurance_number
    from records
),

typed as (
    select
        * exclude (id_raw, birth_text, name, phone),
        case
            when not regexp_matches(name, '(之[长次]?[子女]|宝宝|某某)$|未取名|新生儿|无名|命名') then name
        end as name,
        case when length(phone) = 11 and length(replace(phone, right(phone, 1), '')) > 2 then phone end as phone,
        coalesce(
            case when regexp_full_match(id_raw, '\d{15,19}[\dX]?') and length(id_raw) between 17 and 19 then id_raw end,
            case when school_roll_number like 'G%' then substr(school_roll_number, 2) end,
            substr(disability_certificate, 1, 18)
        ) as id_number,
        try_strptime(birth_text, ['%Y-%m-%d', '%Y%m%d'])::date as birth_date
    from folded
),

counted as (
    select
        *,
        count(*) over (partition by id_number) as same_id,
        count(*) over (partition by phone) as same_phone
    from typed
)

select
    unique_id,
    name,
    case when regexp_full_match(name, '[^A-Z]{2,4}') then left(name, 1) end as surname,
    birth_date,
    sex,
    -- placeholders are on many records; adults are not the child
    case when same_id <= 30 and substr(id_number, 7, 4) >= '2006' then id_number end as id_number,
    county,
    hukou,
    address,
    guardian_name,
    guardian_id,
    case when same_phone <= 200 then phone end as phone,
    school_roll_number,
    birth_certificate,
    vaccination_code,
    health_record,
    insurance_number
from counted;
