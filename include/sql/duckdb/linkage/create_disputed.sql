-- Do two records hold different identity numbers, each of which its own birth date and sex agree with. Arguments are rows of
-- `record`.
create or replace macro disputed(a, b) as coalesce(a.id_number <> b.id_number and a.agrees and b.agrees, false);
