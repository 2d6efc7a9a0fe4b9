-- Give each record its unit: the same child's number under the same name, unless the birth date says another month
-- than the number; or the very same statement; else itself. A
-- unit two records of which a person has told apart falls into its records.
-- Reads: fresh, dead_identity, told, record. Writes: record.
insert into record by name
with trusted as (
    select fresh.*, case when dead.id_number is null then fresh.stated_id end as id_number
    from fresh
    left join dead_identity as dead on dead.id_number = fresh.stated_id
), placed as (
    select
        *,
        case
            when id_number is not null and name is not null and coalesce(birth // 100 = id_birth(id_number) // 100, true)
                then (hash(id_number, name) >> 1)::bigint
            when name is not null and birth is not null and stated_id is null and damaged_id is null
                and coalesce(
                    guardian_id, phone, school_roll, birth_certificate, vaccination, health_record, insurance
                ) is not null
                then (hash(
                    name, birth, sex, county, guardian_name, guardian_id, phone, school_roll, birth_certificate,
                    vaccination, disability_certificate, health_record, insurance
                ) >> 1)::bigint
            else rid
        end as "natural"
    from trusted
), known as (
    select rid, "natural" from placed
    union all
    select rid, "natural" from record
    where rid in (select left_rid from told union all select right_rid from told)
), divided as (
    select l."natural"
    from told
    join known as l on l.rid = told.left_rid
    join known as r on r.rid = told.right_rid
    where told.verdict = 'DIFFERENT'
        and l."natural" = r."natural"
)
select *, case when "natural" in (select "natural" from divided) then rid else "natural" end as unit
from placed;
