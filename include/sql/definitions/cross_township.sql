-- 跨乡镇（街道）: children living in a county of the province, registered in another county, or in the same in a township
-- known to be another. Two districts left out together count as one place. A child whose township nobody told is not known
-- to have left it. Reads: held. Writes: crossing.  Binds: own_counties, exempt (city → district codes).
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
    )
union all
select
    residence.child_id,
    residence.value,
    residence.during * register.during * lives_in.during * registered_in.during,
    array[residence.first_record_id, register.first_record_id, lives_in.first_record_id, registered_in.first_record_id]
from held as residence
join held as register using (child_id, value)
join held as lives_in using (child_id)
join held as registered_in using (child_id)
where residence.kind = 'residence_code'
    and register.kind = 'hukou_code'
    and CAST(:own_counties AS jsonb) ? residence.value
    and not coalesce(CAST(:exempt AS jsonb) -> (left(residence.value, 4) || '00') ? residence.value, false)
    and lives_in.kind = 'residence_township'
    and split_part(lives_in.value, '/', 1) = residence.value
    and registered_in.kind = 'hukou_township'
    and split_part(registered_in.value, '/', 1) = residence.value
    and lives_in.value <> registered_in.value;
