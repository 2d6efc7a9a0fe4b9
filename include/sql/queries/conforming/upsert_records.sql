-- The accepted rows of one receipt, in place of its earlier output. Reads: incoming. Writes: conformed.source_record.
insert into conformed.source_record (
    source_record_id, receipt_id, line_number, feed, county_code, as_of_date, record_key, name, id_number, birth_date,
    sex, ethnicity_code, residence_code, hukou_code, address, guardian_name, guardian_id_number, guardian_phone,
    school_roll_number, birth_certificate_number, vaccination_code, disability_certificate_number,
    health_record_number, insurance_number, facts
)
select
    source_record_id, receipt_id, line_number, feed, county_code, as_of_date, record_key, name, id_number, birth_date,
    sex, ethnicity_code, residence_code, hukou_code, address, guardian_name, guardian_id_number, guardian_phone,
    school_roll_number, birth_certificate_number, vaccination_code, disability_certificate_number,
    health_record_number, insurance_number, facts
from incoming
on conflict (source_record_id) do update set
    as_of_date = excluded.as_of_date,
    record_key = excluded.record_key,
    name = excluded.name,
    id_number = excluded.id_number,
    birth_date = excluded.birth_date,
    sex = excluded.sex,
    ethnicity_code = excluded.ethnicity_code,
    residence_code = excluded.residence_code,
    hukou_code = excluded.hukou_code,
    address = excluded.address,
    guardian_name = excluded.guardian_name,
    guardian_id_number = excluded.guardian_id_number,
    guardian_phone = excluded.guardian_phone,
    school_roll_number = excluded.school_roll_number,
    birth_certificate_number = excluded.birth_certificate_number,
    vaccination_code = excluded.vaccination_code,
    disability_certificate_number = excluded.disability_certificate_number,
    health_record_number = excluded.health_record_number,
    insurance_number = excluded.insurance_number,
    facts = excluded.facts;
