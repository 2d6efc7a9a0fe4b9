-- Do two records share a number a child has one of. Arguments are rows of `record`.
create or replace macro same_number(a, b) as
    coalesce(a.school_roll = b.school_roll, false)
    or coalesce(a.birth_certificate = b.birth_certificate, false)
    or coalesce(a.vaccination = b.vaccination, false)
    or coalesce(a.disability_certificate = b.disability_certificate, false)
    or coalesce(a.health_record = b.health_record, false)
    or coalesce(a.insurance = b.insurance, false);
