-- What the engine reads, absent columns as null. Reads: incoming.
create or replace temp view source as
select
    record_id::varchar as record_id, feed::varchar as feed, name::varchar as name, id_number::varchar as id_number,
    birth_date::varchar as birth_date, sex::varchar as sex, residence_code::varchar as residence_code,
    hukou_code::varchar as hukou_code, address::varchar as address, guardian_name::varchar as guardian_name,
    guardian_id_number::varchar as guardian_id_number, guardian_phone::varchar as guardian_phone,
    school_roll_number::varchar as school_roll_number, birth_certificate_number::varchar as birth_certificate_number,
    vaccination_code::varchar as vaccination_code,
    disability_certificate_number::varchar as disability_certificate_number,
    health_record_number::varchar as health_record_number, insurance_number::varchar as insurance_number,
    as_of_date::varchar as as_of_date
from (
    select
        null as record_id, null as feed, null as name, null as id_number, null as birth_date, null as sex,
        null as residence_code, null as hukou_code, null as address, null as guardian_name,
        null as guardian_id_number, null as guardian_phone, null as school_roll_number,
        null as birth_certificate_number, null as vaccination_code, null as disability_certificate_number,
        null as health_record_number, null as insurance_number, null as as_of_date
    where false
    union all by name
    select * from incoming
);
