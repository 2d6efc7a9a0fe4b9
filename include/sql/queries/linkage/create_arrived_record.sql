-- The records in force of the keys a run looks at, with the child each stands for: a corrected row inherits the child of the row
-- it corrects, one that stands again has the child it had, and a value replaced after a ticket speaks with its replacement. The
-- engine knows a record by what its sender calls it (record_id; the second of one key and day is the second), so that any order
-- of arrival gives the same children.
-- Reads: stirred, conformed.source_record, identity.member, identity.former_member, identity.child, tickets.replaced.
create temporary table arrived on commit drop as
select
    record.source_record_id,
    concat_ws('|', record.feed, record.county_code, record.record_key, record.as_of_date, '#')
    || row_number() over (
        partition by record.feed, record.county_code, record.record_key, record.as_of_date
        order by record.name, record.id_number, record.birth_date, record.source_record_id
    ) - 1 as record_id,
    record.feed,
    record.county_code,
    record.record_key,
    record.as_of_date,
    coalesce(replaced.name, record.name) as name,
    coalesce(replaced.id_number, record.id_number) as id_number,
    coalesce(replaced.birth_date, record.birth_date) as birth_date,
    coalesce(replaced.sex, record.sex) as sex,
    record.residence_code,
    record.hukou_code,
    record.address,
    record.guardian_name,
    record.guardian_id_number,
    record.guardian_phone,
    record.school_roll_number,
    record.birth_certificate_number,
    record.vaccination_code,
    record.disability_certificate_number,
    record.health_record_number,
    record.insurance_number,
    coalesce(own.child_id, once.merged_into, once.child_id, corrected.child_id) as standing_child_id
from stirred
join conformed.source_record as record using (feed, county_code, record_key, as_of_date)
left join identity.member as own using (source_record_id)
left join identity.former_member as former using (source_record_id)
left join identity.child as once on once.child_id = former.child_id
left join tickets.replaced using (source_record_id)
left join lateral (
    select member.child_id
    from conformed.source_record as earlier
    join identity.member as member using (source_record_id)
    where own.child_id is null
        and former.child_id is null
        and earlier.feed = record.feed
        and earlier.county_code = record.county_code
        and earlier.name = record.name
        and earlier.status <> 'in_force'
        and (earlier.record_key = record.record_key or earlier.id_number = record.id_number)
    order by earlier.source_record_id desc
    limit 1
) as corrected on true
where record.status = 'in_force';
