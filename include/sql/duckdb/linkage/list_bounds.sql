-- What bounds a cluster: the number of a firm unit, or of one that another with a near name, or a person, vouches for; and
-- what a child has one of, where another record bears it too, and (`single_`) where none does. Reads: edge, part, unit,
-- record, supported.
with bearer as materialized (
    select unit, voice, agrees, school_roll, roll_system, birth_certificate, vaccination, health_record, insurance
    from record
    semi join part using (unit)
), heard as (
    select unit, min(voice) as first, max(voice) as last from bearer group by unit
), vouched as (
    select unnest([low, high]) as unit
    from edge
    join heard as l on l.unit = edge.low
    join heard as h on h.unit = edge.high
    where (route = 'identity' and name >= 3 and links and least(l.first, h.first) <> greatest(l.last, h.last))
        or route = 'judged'
)
select
    unit.unit,
    any_value(unit.records)::bigint as records,
    coalesce(any_value(case when unit.firm or unit.unit in (select unit from vouched) then unit.id_number end), 0)
        as id_number,
    coalesce(any_value(unit.id_number) filter (record.agrees), 0) as claimed,
    coalesce(max(record.school_roll) filter (record.roll_system = 'G' and roll.value is not null), 0) as roll_g,
    coalesce(max(record.school_roll) filter (record.roll_system = 'J' and roll.value is not null), 0) as roll_j,
    coalesce(max(record.school_roll) filter (record.roll_system = 'L' and roll.value is not null), 0) as roll_l,
    coalesce(max(certificate.value), 0) as birth_certificate,
    coalesce(max(vaccination.value), 0) as vaccination,
    coalesce(max(record.school_roll) filter (record.roll_system = 'G'), 0) as single_roll_g,
    coalesce(max(record.school_roll) filter (record.roll_system = 'J'), 0) as single_roll_j,
    coalesce(max(record.school_roll) filter (record.roll_system = 'L'), 0) as single_roll_l,
    coalesce(max(record.birth_certificate), 0) as single_birth_certificate,
    coalesce(max(record.vaccination), 0) as single_vaccination,
    coalesce(max(record.health_record), 0) as single_health_record,
    coalesce(max(record.insurance), 0) as single_insurance
from unit
join bearer as record using (unit)
left join supported as roll on roll.value = record.school_roll
left join supported as certificate on certificate.value = record.birth_certificate
left join supported as vaccination on vaccination.value = record.vaccination
group by unit.unit
order by unit.unit;
