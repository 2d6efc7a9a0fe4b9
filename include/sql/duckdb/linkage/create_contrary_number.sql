-- Do two records hold different numbers where a child keeps one for life. Health records and insurance numbers are given
-- anew when a family moves, and say nothing; so is a vaccination code where it moves to another county. Arguments are rows of `record`.
create or replace macro contrary_number(a, b) as
    coalesce(a.school_roll <> b.school_roll and a.roll_system = b.roll_system, false)
    or coalesce(a.birth_certificate <> b.birth_certificate, false)
    or coalesce(a.vaccination <> b.vaccination and a.vaccination // 1000000000000 = b.vaccination // 1000000000000, false)
    or coalesce(a.disability_certificate <> b.disability_certificate, false);
