-- The records of touched children as they stand, laid out once for all that reads them. Reads: touched, identity.member,
-- conformed.source_record, followup.believed.
create temporary table stated on commit drop as
select
    member.child_id,
    member.route,
    record.source_record_id,
    record.feed,
    record.county_code,
    record.record_key,
    record.as_of_date,
    record.status,
    record.id_number,
    record.name,
    record.birth_date,
    record.sex,
    record.ethnicity_code,
    record.address,
    record.guardian_name,
    record.guardian_id_number,
    record.guardian_phone,
    case
        when believed.source_record_id is null then record.facts ->> 'visit_outcome'
        else coalesce(believed.facts ->> 'visit_outcome', 'disputed')
    end as visit_outcome
from touched
join identity.member as member using (child_id)
join conformed.source_record as record using (source_record_id)
left join followup.believed as believed using (source_record_id);
