-- Route `probabilistic`: what the model says, unless twins or siblings explain the pair as well: born on one day in one
-- household with names that differ, of another sex, or with other numbers under no name. Such a pair is a rival to
-- every link of theirs that rests on less than a name. A newborn without a name weighs enough where its home is the same in
-- two things and its day within eight months is nearly right: children of one mother are not born so near. A name
-- like 王明明 may be a pet name or a twin's own: alone it joins nobody to a child of another name.
-- Reads: scored, vocabulary, face. Writes: edge. Binds: link_from, review_from (bits).
insert into edge by name
with met as materialized (
    select
        least(l.unit, r.unit) as low,
        greatest(l.unit, r.unit) as high,
        scored.weight,
        likeness(l.spelt, r.spelt) as likeness,
        telling(l, r) as telling,
        nearness(l, r) as birth,
        household(l, r) as household,
        home(l, r) as home,
        same_number(l, r) as number,
        contrary_number(l, r) and not same_number(l, r) as contrary,
        coalesce(l.sex <> r.sex, false) as contradicts,
        l.shared or r.shared as shared,
        nameless(l.spelt, r.spelt) as nameless,
        coalesce(l.spelt.pattern, r.spelt.pattern) is not null and l.name <> r.name as unread,
        l.name is null or r.name is null as unnamed,
        l.name is null and l.shared or r.name is null and r.shared as one_of_some,
        months_apart(l, r) as months,
        disputed(l, r) as disputed,
        coalesce(doubled(l.spelt) and r.spelt.pet is null or doubled(r.spelt) and l.spelt.pet is null, false)
        and l.spelt.surname = r.spelt.surname as doubled,
        l.id_number = r.id_number as identity,
        l.id_number = r.id_number and not (l.dated and r.dated) as derived,
        case when l.unit < r.unit then l.rid else r.rid end as low_record,
        case when l.unit < r.unit then r.rid else l.rid end as high_record
    from scored
    join face as l on l.rid = scored.left_unit
    join face as r on r.rid = scored.right_unit
), weighed as (
    select
        * replace (
            greatest(weight, case when unnamed and birth > 0 and months < 8 and home then $link_from end) as weight
        )
    from (select *, case when likeness >= telling then likeness end as name from met)
), told as (
    select
        low, high,
        max(weight) as weight,
        max(name) as name,
        max(birth) as birth,
        bool_or(household) as household,
        bool_or(number) as number,
        bool_or(contrary) as contrary,
        bool_or(shared) as shared,
        bool_or(nameless) as nameless,
        bool_or(unread) as unread,
        bool_or(one_of_some) as one_of_some,
        bool_or(
            weight >= $link_from
            and coalesce(name >= 3 or (name = 1 and birth = 3), birth = 3 and household and not coalesce(derived, false) and not coalesce(name is null and doubled, false) or unnamed and birth > 0 and months < 8 and home)
            and (coalesce(birth, 1) > 0 or months < 8)
            and not (contradicts and coalesce(name, 0) < 5)
            and not (disputed and not coalesce(name = 5 and home, false))
        ) as links,
        bool_or(birth = 3 and household and not coalesce(identity, false) and not contradicts) as twin,
        arg_max(low_record, (weight, -low_record, -high_record)) as low_record,
        arg_max(high_record, (weight, -low_record, -high_record)) as high_record
    from weighed
    group by low, high
)
select
    told.low, told.high, 'probabilistic' as route,
    case when shared then least(told.weight, 20) else told.weight end as weight,
    links and not ((name is null or shared) and contrary) and not (name is null and one_of_some) as links,
    name, birth, household, number, low_record, high_record,
    twin and coalesce(name, 0) < 3 as rival,
    shared and name is not null or nameless or unread as fragile,
    '{' || concat_ws(
        ', ',
        case when scored.name_level >= 0 then '"name": ["' || name_word.word || '", ' || round(scored.name_bits, 1) || ']' end,
        case when scored.birth_level >= 0 then '"birth_date": ["' || birth_word.word || '", ' || round(scored.birth_bits, 1) || ']' end,
        case when scored.sex_level >= 0 then '"sex": ["' || sex_word.word || '", ' || round(scored.sex_bits, 1) || ']' end,
        case when scored.id_number_level >= 0 then '"id_number": ["' || id_number_word.word || '", ' || round(scored.id_number_bits, 1) || ']' end,
        case when scored.household_level >= 0 then '"household": ["' || household_word.word || '", ' || round(scored.household_bits, 1) || ']' end,
        case when scored.place_level >= 0 then '"place": ["' || place_word.word || '", ' || round(scored.place_bits, 1) || ']' end
    ) || '}' as agreement
from told
join scored on scored.left_unit = least(told.low_record, told.high_record)
    and scored.right_unit = greatest(told.low_record, told.high_record)
join vocabulary as name_word on name_word.comparison = 'name' and name_word.level = scored.name_level
join vocabulary as birth_word on birth_word.comparison = 'birth' and birth_word.level = scored.birth_level
join vocabulary as sex_word on sex_word.comparison = 'sex' and sex_word.level = scored.sex_level
join vocabulary as id_number_word on id_number_word.comparison = 'id_number' and id_number_word.level = scored.id_number_level
join vocabulary as household_word on household_word.comparison = 'household' and household_word.level = scored.household_level
join vocabulary as place_word on place_word.comparison = 'place' and place_word.level = scored.place_level
where told.weight >= $review_from or (twin and coalesce(name, 0) < 3);
