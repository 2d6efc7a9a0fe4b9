-- Each child as best known on a day: per field the newest statement (of one day, the feed first by name), a blank never
-- erases, places only while their evidence counts. Reads: conformed.source_record, identity.member, ledger.current_fact. Writes: ledger.profile.
with person as (
    select
        member.child_id,
        (array_agg(record.name order by record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.name is not null))[1] as name,
        (array_agg(record.birth_date order by record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.birth_date is not null))[1] as birth_date,
        (array_agg(record.source_record_id order by record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.birth_date is not null))[1] as birth_record_id,
        (array_agg(record.sex order by record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.sex is not null))[1] as sex,
        (array_agg(record.address order by record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.address is not null))[1] as address,
        (array_agg(record.guardian_name order by record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.guardian_name is not null))[1] as guardian_name,
        (array_agg(record.guardian_phone order by record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.guardian_phone is not null))[1] as guardian_phone,
        max(record.as_of_date) as last_evidence_date
    from identity.member as member
    join conformed.source_record as record using (source_record_id)
    where record.as_of_date <= CAST(:as_of AS date)
    group by member.child_id
),
place as (
    select
        child_id,
        max(value) filter (where kind = 'hukou_code') as hukou_code,
        max(value) filter (where kind = 'residence_code') as residence_code,
        max(value) filter (where kind = 'residence_since') as residence_since,
        max(value) filter (where kind = 'hukou_township') as hukou_township,
        max(value) filter (where kind = 'residence_township') as residence_township,
        max(value) filter (where kind = 'residence_village') as residence_village,
        array_agg(distinct source_record_id)
            filter (where kind in ('hukou_code', 'residence_code', 'residence_since', 'cancel_reason')) as basis
    from ledger.current_fact(CAST(:as_of AS date))
    group by child_id
)
insert into ledger.profile (
    child_id, name, birth_date, sex, hukou_code, residence_code, residence_since, hukou_township, residence_township,
    residence_village, address, guardian_name, guardian_phone, last_evidence_date,
    basis
)
select
    person.child_id,
    person.name,
    person.birth_date,
    person.sex,
    place.hukou_code,
    place.residence_code,
    CAST(place.residence_since AS date),
    place.hukou_township,
    place.residence_township,
    place.residence_village,
    person.address,
    person.guardian_name,
    person.guardian_phone,
    person.last_evidence_date,
    array_remove(place.basis || person.birth_record_id, null)
from person
left join place using (child_id);
