-- Rows whose identity number another feed has with another birth date or name. What the other says never leaves the
-- gate. Reads: conformed.source_record.
select distinct
    own.line_number,
    own.record_key,
    own.id_number,
    own.birth_date,
    own.name,
    other.birth_date as other_birth_date,
    other.name as other_name
from conformed.source_record as own
join conformed.source_record as other
    on other.id_number = own.id_number
    and other.status = 'in_force'
    and other.feed <> own.feed
where own.receipt_id = :receipt_id
    and (own.birth_date <> other.birth_date or own.name <> other.name)
order by own.line_number, other_birth_date, other_name;
