-- Do two records share two things of one household or more. Arguments are rows of `record`.
create or replace macro home(a, b) as
    coalesce(a.guardian_id = b.guardian_id, false)::int
    + coalesce(a.phone = b.phone, false)::int
    + (
        coalesce(a.guardian_name = b.guardian_name, false)
        or coalesce(a.parent = b.guardian_name, false)
        or coalesce(a.guardian_name = b.parent, false)
    )::int
    + coalesce(a.address = b.address, false)::int >= 2;
