-- Each child as best known on a day: per field the best-placed source, of one place the newest statement (of one day, the
-- feed first by name), a blank never erases, places only while their evidence counts. Reads: conformed.source_record,
-- identity.member, ledger.valid_fact. Writes: ledger.profile.  Binds: as_of, precedence (rules/precedence.yaml).
with ranking as (
    select
        feed,
        name,
        birth_date,
        sex,
        ethnicity_code,
        hukou_code,
        residence_code,
        address,
        guardian_name,
        guardian_id_number,
        guardian_phone
    from jsonb_to_recordset(CAST(:precedence AS jsonb)) as placed (
        feed text, name integer, birth_date integer, sex integer, ethnicity_code integer, hukou_code integer,
        residence_code integer, address integer, guardian_name integer, guardian_id_number integer,
        guardian_phone integer
    )
),
person as (
    select
        member.child_id,
        (array_agg(record.name order by ranking.name, record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.name is not null))[1] as name,
        (array_agg(record.birth_date order by ranking.birth_date, record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.birth_date is not null))[1] as birth_date,
        (array_agg(record.source_record_id order by ranking.birth_date, record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.birth_date is not null))[1] as birth_record_id,
        (array_agg(record.sex order by ranking.sex, record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.sex is not null))[1] as sex,
        (array_agg(record.ethnicity_code order by ranking.ethnicity_code, record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.ethnicity_code is not null))[1] as ethnicity_code,
        (array_agg(record.address order by ranking.address, record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.address is not null))[1] as address,
        (array_agg(record.guardian_name order by ranking.guardian_name, record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.guardian_name is not null))[1] as guardian_name,
        (array_agg(record.guardian_id_number order by ranking.guardian_id_number, record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.guardian_id_number is not null))[1] as guardian_id_number,
        (array_agg(record.guardian_phone order by ranking.guardian_phone, record.as_of_date desc, record.feed, record.county_code, record.record_key)
            filter (where record.guardian_phone is not null))[1] as guardian_phone,
        max(record.as_of_date) as last_evidence_date
    from identity.member as member
    join conformed.source_record as record using (source_record_id)
    left join ranking using (feed)
    where record.as_of_date <= CAST(:as_of AS date)
    group by member.child_id
),
counting as (
    select distinct on (fact.child_id, fact.kind) fact.child_id, fact.kind, fact.value, fact.source_record_id
    from ledger.valid_fact(CAST(:as_of AS date)) as fact
    join conformed.source_record as record using (source_record_id)
    left join ranking using (feed)
    order by
        fact.child_id,
        fact.kind,
        case fact.kind when 'hukou_code' then ranking.hukou_code when 'residence_code' then ranking.residence_code end,
        fact.as_of_date desc,
        record.feed,
        record.county_code,
        record.record_key,
        fact.source_record_id
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
    from counting
    group by child_id
)
insert into ledger.profile (
    child_id, name, birth_date, sex, ethnicity_code, hukou_code, residence_code, residence_since, hukou_township,
    residence_township, residence_village, address, guardian_name, guardian_id_number, guardian_phone,
    last_evidence_date, basis
)
select
    person.child_id,
    person.name,
    person.birth_date,
    person.sex,
    person.ethnicity_code,
    place.hukou_code,
    place.residence_code,
    CAST(place.residence_since AS date),
    place.hukou_township,
    place.residence_township,
    place.residence_village,
    person.address,
    person.guardian_name,
    person.guardian_id_number,
    person.guardian_phone,
    person.last_evidence_date,
    array_remove(place.basis || person.birth_record_id, null)
from person
left join place using (child_id);
