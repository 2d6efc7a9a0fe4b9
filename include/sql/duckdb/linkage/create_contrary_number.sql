-- Do two records hold different numbers where a child has one. Arguments are rows of `record`.
create or replace macro contrary_number(a, b) as
    coalesce(a.school_roll <> b.school_roll and a.roll_system = b.roll_system, false)
    or coalesce(a.birth_certificate <> b.birth_certificate, false)
    or coalesce(a.vaccination <> b.vaccination, false)
    or coalesce(a.disability_certificate <> b.disability_certificate, false)
    or coalesce(a.health_record <> b.health_record, false)
    or coalesce(a.insurance <> b.insurance, false);
