-- What is compared of the records of candidate pairs, as text. Reads: candidate, record, spelling, day.
create or replace temp table profile as
select
    record.rid as unit,
    spelling.name, spelling.surname, spelling.given, spelling.pinyin, spelling.sound, spelling.shape, spelling.pattern, spelling.turned, spelling.pet,
    record.birth::varchar as birth,
    day.lunar::varchar as lunar,
    case record.sex when 1 then 'M' when 2 then 'F' end as sex,
    record.id_number::varchar as id_number,
    record.county::varchar as county,
    record.hukou::varchar as hukou,
    record.village::varchar as village,
    record.guardian_name::varchar as guardian_name,
    record.parent::varchar as parent,
    record.guardian_pinyin::varchar as guardian_pinyin,
    record.guardian_id::varchar as guardian_id,
    record.phone::varchar as phone,
    null::varchar as phone_2,
    record.address::varchar as address,
    (record.birth // 10000)::varchar as birth_year
from record
semi join (
    select left_unit as rid from candidate union select right_unit from candidate
) as wanted using (rid)
left join spelling on spelling.name_key = record.name
left join day on day.birth = record.birth;
