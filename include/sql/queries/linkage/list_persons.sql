-- What records say of their child, by number. Reads: conformed.source_record, intake.receipt.
select
    record.source_record_id,
    record.feed,
    record.as_of_date,
    receipt.file_name || ':' || record.line_number as line,
    record.name,
    record.id_number,
    record.birth_date,
    record.sex,
    record.ethnicity_code,
    record.residence_code,
    record.hukou_code,
    record.address,
    record.guardian_name,
    record.guardian_id_number,
    record.guardian_phone,
    record.school_roll_number,
    record.birth_certificate_number,
    record.vaccination_code,
    record.disability_certificate_number,
    record.health_record_number,
    record.insurance_number
from conformed.source_record as record
join intake.receipt as receipt using (receipt_id)
where record.source_record_id = any (CAST(:records AS bigint []))
order by record.source_record_id;
