-- The natural unit of what came in: the same child's number under the same name, unless the birth date says another
-- month than the number; or the very same statement; else the record itself. Reads: fresh, dead_identity, slip.
create or replace temp table placed as
with trusted as (
    select fresh.*, case when dead.id_number is null and slip.rid is null then fresh.stated_id end as id_number
    from fresh
    left join dead_identity as dead on dead.id_number = fresh.stated_id
    left join slip on slip.rid = fresh.rid
)
select
    *,
    case
        when id_number is not null and name is not null and coalesce(birth // 100 = id_birth(id_number) // 100, true)
            then (hash(id_number, name) >> 1)::bigint
        when name is not null and birth is not null
            and coalesce(
                stated_id, guardian_id, phone, school_roll, birth_certificate, vaccination, health_record, insurance
            ) is not null
            then (hash(
                name, birth, sex, stated_id, damaged_id, county, guardian_name, guardian_id, phone, school_roll, birth_certificate,
                vaccination, disability_certificate, health_record, insurance
            ) >> 1)::bigint
        else rid
    end as "natural"
from trusted;
