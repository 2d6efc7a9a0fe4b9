-- 跨县域: children living in a county of the province, registered in another, but for districts left out together.
-- Reads: held. Writes: crossing.  Binds: own_counties, exempt (city → district codes).
insert into crossing (child_id, county_code, during, basis)
select
    residence.child_id,
    residence.value,
    residence.during * register.during,
    array[residence.first_record_id, register.first_record_id]
from held as residence
join held as register using (child_id)
where residence.kind = 'residence_code'
    and register.kind = 'hukou_code'
    and CAST(:own_counties AS jsonb) ? residence.value
    and register.value <> residence.value
    and register.during && residence.during
    and not coalesce(
        CAST(:exempt AS jsonb) -> (left(residence.value, 4) || '00') @> jsonb_build_array(register.value, residence.value),
        false
    );
