-- What the engine reads of the records that arrived. Reads: arrived.
select
    source_record_id,
    record_id,
    feed,
    as_of_date,
    name,
    id_number,
    birth_date,
    sex,
    residence_code,
    hukou_code,
    address,
    guardian_name,
    guardian_id_number,
    guardian_phone,
    school_roll_number,
    birth_certificate_number,
    vaccination_code,
    disability_certificate_number,
    health_record_number,
    insurance_number
from arrived;
