-- Standardise what came in. A child's number is one a minor may have, that is not the guardian's; the number inside a
-- school roll, a disability certificate or an insurance number is a copy of it, and was checked when it was given: if its
-- birth date agrees or is not known it goes before what was typed beside it, unless both are sound and neighbours: then one
-- is a twin's, and the row has none (numbers are given in order; one the police corrected is seldom a neighbour); an insurance number that is one says nothing more. A newborn
-- known by its mother's name names the mother, also where it is only called her child (李艳子 of 李艳). A day on which no
-- minor was born is none (1900-01-01); a month without its day ends in 00, unless the number has the day. Codes of the past are those of today.
-- Reads: source, spelled, identities, derived, read_births, told_counties, division. Binds: adult (years), this_year.
create or replace temp table fresh as
with seen as (
    select
        *,
        coalesce(year(try_cast(as_of_date as date)), $this_year) as this_year,
        (this_year - $adult - 1) * 10000 + 101 as eldest,
        county_of(residence_code) as coded, county_of(hukou_code) as origin_coded,
        case when coalesce(coded not in (select code from division), true) then address end as unplaced,
        filed_in(health_record_number, vaccination_code) as filed_code,
        coalesce(called_after(name, guardian_name), false) as is_called_after
    from source
), joined as (
    select
        key(s.record_id) as rid,
        coalesce(key(s.feed), rid) as voice,
        s.is_called_after or coalesce(child.parent = guardian.name, false) as is_newborn,
        case when not is_newborn then child.name end as name,
        case when not is_newborn then child.pinyin end as pinyin,
        case when not is_newborn then child.surname end as surname,
        coalesce(child.shared, false) as shared,
        case when born.birth between s.eldest and s.this_year * 10000 + 1231 then born.birth end as birth,
        s.eldest,
        sex_of(s.sex) as sex,
        case when is_newborn or child.name is null then newborn_sex(s.name) end as newborn_sex,
        own.number as own_number, own.valid as own_valid, own.birth as own_birth, own.sex as own_sex,
        coalesce(in_roll.number, in_card.number, in_account.number) as copy_number,
        own.damaged as own_damaged,
        coalesce(
            case when lies_in(told.county, trim(s.residence_code)) then told.county end,
            here.current, filed.current, s.coded
        ) as county,
        coalesce(origin.current, s.origin_coded) as hukou,
        dwelling(s.address) as dwelling, s.address as written,
        coalesce(guardian.name, case when child.name is null then child.parent end) as guardian_name,
        coalesce(guardian.pinyin, case when child.name is null then child.parent_pinyin end) as guardian_pinyin,
        case when is_newborn then guardian.name else child.parent end as parent,
        theirs.number as guardian_id,
        phone_of(s.guardian_phone) as phone,
        key(plain_number(s.school_roll_number)) as school_roll,
        left(plain_number(s.school_roll_number), 1) as roll_system,
        key(plain_number(s.birth_certificate_number)) as birth_certificate,
        code_key(plain_number(s.vaccination_code)) as vaccination,
        key(plain_number(s.disability_certificate_number)) as disability_certificate,
        code_key(plain_number(s.health_record_number)) as health_record,
        case when in_account.number is null then key(plain_number(s.insurance_number)) end as insurance
    from seen as s
    left join spelled as child on child.raw = s.name
    left join spelled as guardian on guardian.raw = s.guardian_name
    left join identities as own on own.raw = s.id_number
    left join identities as theirs on theirs.raw = s.guardian_id_number
    left join derived as in_roll on in_roll.raw = s.school_roll_number
    left join derived as in_card on in_card.raw = s.disability_certificate_number
    left join derived as in_account on in_account.raw = s.insurance_number
    left join read_births as born on born.raw = s.birth_date
    left join told_counties as told on told.raw = s.unplaced
    left join division as here on here.code = s.coded
    left join division as origin on origin.code = s.origin_coded
    left join division as filed on filed.code = s.filed_code
), judged as (
    select
        *,
        settlement(dwelling) as settlement,
        coalesce(own_valid and abs(own_number - copy_number) between 1 and 4, false) as torn,
        case
            when torn then null
            when coalesce(
                birth in (
                    id_birth(copy_number), id_birth(copy_number) // 100 * 100, id_birth(copy_number) // 10000 * 10000 + 101
                ),
                birth is null and id_birth(copy_number) >= eldest
            )
                then copy_number
            when own_valid and own_birth >= eldest and own_number is distinct from guardian_id then own_number
            when id_birth(copy_number) >= eldest and copy_number is distinct from guardian_id then copy_number
        end as stated_id
    from joined
)
select
    rid, voice, name, pinyin, surname, shared,
    case
        when birth % 100 = 0 and birth // 100 = id_birth(stated_id) // 100 then id_birth(stated_id)
        else coalesce(birth, case when stated_id = own_number then own_birth end)
    end as birth,
    coalesce(sex, case when stated_id = own_number then own_sex end, newborn_sex)::tinyint as sex,
    stated_id,
    coalesce(birth % 100 > 0, false) as dated,
    (birth is null or birth in (id_birth(stated_id), id_birth(stated_id) // 100 * 100)) and (sex is null or sex = id_sex(stated_id)) as agrees,
    case when stated_id is null then own_damaged end as damaged_id,
    county, hukou, village(county, settlement) as village,
    door(county, settlement, dwelling, written) as address, guardian_name, guardian_pinyin, parent, guardian_id, phone,
    case when not torn then school_roll end as school_roll, roll_system, birth_certificate, vaccination,
    case when not torn then disability_certificate end as disability_certificate, health_record, insurance
from judged;
