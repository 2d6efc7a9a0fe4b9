-- Do two records speak of one household: guardian's number, phone, address, or guardian's
-- name. Arguments are rows of `record`.
create or replace macro household(a, b) as
    coalesce(a.guardian_id = b.guardian_id, false)
    or coalesce(a.phone = b.phone, false)
    or coalesce(a.guardian_name = b.guardian_name, false)
    or coalesce(a.address = b.address, false)
    or coalesce(a.parent = b.guardian_name, false)
    or coalesce(a.guardian_name = b.parent, false);
