-- What is compared of the records of candidate pairs, as text. Reads: face.
create or replace temp view profile as
select
    rid as unit, name::varchar as name_key,
    spelt.name, spelt.surname, spelt.given, spelt.pinyin, spelt.sound, spelt.shape, spelt.pattern, spelt.turned, spelt.pet,
    birth::varchar as birth,
    lunar::varchar as lunar,
    case sex when 1 then 'M' when 2 then 'F' end as sex,
    id_number::varchar as id_number,
    county::varchar as county,
    hukou::varchar as hukou,
    village::varchar as village,
    guardian_name::varchar as guardian_name,
    parent::varchar as parent,
    guardian_pinyin::varchar as guardian_pinyin,
    guardian_id::varchar as guardian_id,
    phone::varchar as phone,
    null::varchar as phone_2,
    address::varchar as address,
    (birth // 10000)::varchar as birth_year
from face;
