-- Each touched child as best known on a day: per field the best-placed source, of one place the newest statement (of one day, the
-- feed first by name), a blank never erases, places only while their evidence counts, and from a row that says the child left there,
-- or whose county said later that it is not there, only where nothing else is known; what is as before stays untouched.
-- Evidence is a newer row, but no visit that did not reach the child and no mass confirmation.
-- Reads: touched, stated, said, ledger.mass_confirmation, ledger.answer, identity.child. Writes: ledger.profile.
-- Binds: as_of, precedence (rules/precedence.yaml), seen_by (rules/cadence.yaml).
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
told as ( -- who tells the same again says it once, on the newest day: what is best is taken from few words and not from each row
    select
        stated.child_id,
        stated.feed,
        stated.name,
        stated.birth_date,
        stated.sex,
        stated.ethnicity_code,
        stated.address,
        stated.guardian_name,
        stated.guardian_id_number,
        stated.guardian_phone,
        row_number() over (
            partition by stated.child_id
            order by max(stated.as_of_date) desc, stated.feed, stated.county_code, stated.record_key
        ) as newest,
        (max(array[stated.as_of_date - date '2000-01-01', stated.source_record_id]))[2] as source_record_id,
        min(stated.as_of_date) as first_date,
        max(stated.as_of_date)
            filter (where mass.source_record_id is null and coalesce(stated.visit_outcome, 'reached') = 'reached')
            as evidence_date
    from stated
    left join ledger.mass_confirmation as mass using (source_record_id)
    where stated.as_of_date <= CAST(:as_of AS date)
    group by
        stated.child_id, stated.feed, stated.county_code, stated.record_key, stated.name, stated.birth_date, stated.sex,
        stated.ethnicity_code, stated.address, stated.guardian_name, stated.guardian_id_number, stated.guardian_phone
),
person as (
    select
        told.child_id,
        (array_agg(told.name order by ranking.name, told.newest) filter (where told.name is not null))[1]
            as name,
        (array_agg(told.birth_date order by ranking.birth_date, told.newest) filter (where told.birth_date is not null))[1]
            as birth_date,
        (array_agg(told.source_record_id order by ranking.birth_date, told.newest) filter (where told.birth_date is not null))[1]
            as birth_record_id,
        (array_agg(told.sex order by ranking.sex, told.newest) filter (where told.sex is not null))[1]
            as sex,
        (array_agg(told.ethnicity_code order by ranking.ethnicity_code, told.newest) filter (where told.ethnicity_code is not null))[1]
            as ethnicity_code,
        (array_agg(told.address order by ranking.address, told.newest) filter (where told.address is not null))[1]
            as address,
        (array_agg(told.guardian_name order by ranking.guardian_name, told.newest) filter (where told.guardian_name is not null))[1]
            as guardian_name,
        (array_agg(told.guardian_id_number order by ranking.guardian_id_number, told.newest) filter (where told.guardian_id_number is not null))[1]
            as guardian_id_number,
        (array_agg(told.guardian_phone order by ranking.guardian_phone, told.newest) filter (where told.guardian_phone is not null))[1]
            as guardian_phone,
        coalesce(max(told.evidence_date), min(told.first_date)) as last_evidence_date,
        coalesce(
            max(told.evidence_date) filter (where told.feed = any (CAST(:seen_by AS text []))), min(told.first_date)
        ) as last_seen_date
    from told
    left join ranking using (feed)
    group by told.child_id
),
leaving as materialized (
    select source_record_id
    from said
    where kind = 'cancel_reason'
        and value in ('moved_out', 'returned')
    union all
    select said.source_record_id
    from ledger.answer as answer
    join identity.child as child using (child_id)
    join said on said.child_id = coalesce(child.merged_into, child.child_id)
    where answer.verdict = 'rejected'
        and answer.answered_date <= CAST(:as_of AS date)
        and said.kind = 'residence_code'
        and said.value = answer.county_code
        and said.as_of_date <= answer.answered_date
),
counting as (
    select distinct on (said.child_id, said.kind) said.child_id, said.kind, said.value, said.source_record_id
    from said
    left join ranking using (feed)
    where said.kind in (
            'hukou_code', 'residence_code', 'residence_since', 'hukou_township', 'residence_township', 'residence_village',
            'cancel_reason'
        )
        and said.as_of_date <= CAST(:as_of AS date)
        and said.expires_date > CAST(:as_of AS date)
    order by
        said.child_id,
        said.kind,
        starts_with(said.kind, 'residence') and said.source_record_id in (select source_record_id from leaving),
        case said.kind when 'hukou_code' then ranking.hukou_code when 'residence_code' then ranking.residence_code end,
        said.as_of_date desc,
        said.feed,
        said.county_code,
        said.record_key,
        said.source_record_id
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
merge into ledger.profile as profile
using (
    select
        touched.child_id,
        person.child_id is not null as is_known,
        person.name,
        person.birth_date,
        person.sex,
        person.ethnicity_code,
        place.hukou_code,
        place.residence_code,
        CAST(place.residence_since AS date) as residence_since,
        place.hukou_township,
        place.residence_township,
        place.residence_village,
        person.address,
        person.guardian_name,
        person.guardian_id_number,
        person.guardian_phone,
        person.last_evidence_date,
        person.last_seen_date,
        array_remove(place.basis || person.birth_record_id, null) as basis
    from touched
    left join person using (child_id)
    left join place using (child_id)
) as known
on profile.child_id = known.child_id
when matched and not known.is_known then delete
when matched
    and (
        profile.name, profile.birth_date, profile.sex, profile.ethnicity_code, profile.hukou_code, profile.residence_code,
        profile.residence_since, profile.hukou_township, profile.residence_township, profile.residence_village,
        profile.address, profile.guardian_name, profile.guardian_id_number, profile.guardian_phone,
        profile.last_evidence_date, profile.last_seen_date, profile.basis
    ) is distinct from (
        known.name, known.birth_date, known.sex, known.ethnicity_code, known.hukou_code, known.residence_code,
        known.residence_since, known.hukou_township, known.residence_township, known.residence_village,
        known.address, known.guardian_name, known.guardian_id_number, known.guardian_phone,
        known.last_evidence_date, known.last_seen_date, known.basis
    )
    then update set
        name = known.name,
        birth_date = known.birth_date,
        sex = known.sex,
        ethnicity_code = known.ethnicity_code,
        hukou_code = known.hukou_code,
        residence_code = known.residence_code,
        residence_since = known.residence_since,
        hukou_township = known.hukou_township,
        residence_township = known.residence_township,
        residence_village = known.residence_village,
        address = known.address,
        guardian_name = known.guardian_name,
        guardian_id_number = known.guardian_id_number,
        guardian_phone = known.guardian_phone,
        last_evidence_date = known.last_evidence_date,
        last_seen_date = known.last_seen_date,
        basis = known.basis
when not matched and known.is_known then insert (
    child_id, name, birth_date, sex, ethnicity_code, hukou_code, residence_code, residence_since, hukou_township,
    residence_township, residence_village, address, guardian_name, guardian_id_number, guardian_phone,
    last_evidence_date, last_seen_date, basis
) values (
    known.child_id, known.name, known.birth_date, known.sex, known.ethnicity_code, known.hukou_code,
    known.residence_code, known.residence_since, known.hukou_township, known.residence_township,
    known.residence_village, known.address, known.guardian_name, known.guardian_id_number, known.guardian_phone,
    known.last_evidence_date, known.last_seen_date, known.basis
);
