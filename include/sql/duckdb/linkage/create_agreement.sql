-- In what two records agree and differ, as JSON: what -> [how, null]. Exact evidence has no bits. Arguments: rows of
-- `record`, `spelling` and `day`.
create or replace macro agreement(a, b, an, bn, ad, bd) as '{' || concat_ws(
    ', ',
    case when an.name is not null and bn.name is not null then '"name": ["' || ['differs', 'surname differs', 'one character', 'near', 'same pinyin', 'exact'][likeness(an, bn) + 1] || '", null]' end,
    case when ad.birth is not null and bd.birth is not null then '"birth_date": ["' || ['differs', 'one slip', 'lunar or swapped', 'exact'][nearness(ad, bd) + 1] || '", null]' end,
    case when a.sex is not null and b.sex is not null then '"sex": ["' || if(a.sex = b.sex, 'equal', 'differs') || '", null]' end,
    case when a.stated_id is not null and b.stated_id is not null then '"id_number": ["' || if(a.stated_id = b.stated_id, 'equal', 'differs') || '", null]' end,
    case when a.guardian_id is not null and b.guardian_id is not null then '"guardian_id_number": ["' || if(a.guardian_id = b.guardian_id, 'equal', 'differs') || '", null]' end,
    case when a.phone is not null and b.phone is not null then '"guardian_phone": ["' || if(a.phone = b.phone, 'equal', 'differs') || '", null]' end,
    case when a.guardian_name is not null and b.guardian_name is not null then '"guardian_name": ["' || if(a.guardian_name = b.guardian_name, 'equal', 'differs') || '", null]' end,
    case when a.county is not null and b.county is not null then '"residence_code": ["' || if(a.county = b.county, 'equal', 'differs') || '", null]' end,
    case when a.school_roll is not null and b.school_roll is not null then '"school_roll_number": ["' || if(a.school_roll = b.school_roll, 'equal', 'differs') || '", null]' end,
    case when a.birth_certificate is not null and b.birth_certificate is not null then '"birth_certificate_number": ["' || if(a.birth_certificate = b.birth_certificate, 'equal', 'differs') || '", null]' end,
    case when a.vaccination is not null and b.vaccination is not null then '"vaccination_code": ["' || if(a.vaccination = b.vaccination, 'equal', 'differs') || '", null]' end,
    case when a.disability_certificate is not null and b.disability_certificate is not null then '"disability_certificate_number": ["' || if(a.disability_certificate = b.disability_certificate, 'equal', 'differs') || '", null]' end,
    case when a.health_record is not null and b.health_record is not null then '"health_record_number": ["' || if(a.health_record = b.health_record, 'equal', 'differs') || '", null]' end,
    case when a.insurance is not null and b.insurance is not null then '"insurance_number": ["' || if(a.insurance = b.insurance, 'equal', 'differs') || '", null]' end
) || '}';
