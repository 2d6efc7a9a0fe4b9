-- Pairs with something in common (the blocking rules). A lunar year ends in January or February. Reads: seeker, sought. Writes: pair.
insert into pair
with met as (
    select l.rid as l, r.rid as r, l.unit as lu, r.unit as ru
    from seeker as l join sought as r on r.pinyin = l.pinyin and r.birth = l.birth
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.phone = l.phone and r.birth = l.birth
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.guardian_id = l.guardian_id and r.birth = l.birth
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.guardian_name = l.guardian_name and r.birth = l.birth
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.guardian_name = l.parent and r.birth = l.birth
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.parent = l.guardian_name and r.birth = l.birth
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.address = l.address and r.birth = l.birth
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.guardian_pinyin = l.guardian_pinyin and r.birth = l.birth
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.phone = l.phone and r.surname = l.surname
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.guardian_id = l.guardian_id and r.surname = l.surname
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.pinyin = l.pinyin and r.guardian_pinyin = l.guardian_pinyin
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.birth = l.birth and r.county = l.county and r.surname = l.surname
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.pinyin = l.pinyin and r.village = l.village
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.pinyin = l.pinyin and r.phone = l.phone
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l
    join sought as r on r.pinyin = l.pinyin and r.county = l.county
        and (r.birth // 10000 * 12 + r.birth // 100 % 100 + 1) // 12 = (l.birth // 10000 * 12 + l.birth // 100 % 100 + 1) // 12
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.phone = l.phone and r.birth // 10000 = l.birth // 10000
    where l.name is null or r.name is null
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.village = l.village and r.birth = l.birth
    where l.name is null or r.name is null
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.guardian_id = l.guardian_id and r.birth // 10000 = l.birth // 10000
    where l.name is null or r.name is null
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l join sought as r on r.address = l.address and r.surname = l.surname
    union
    select l.rid, r.rid, l.unit, r.unit
    from seeker as l
    join sought as r on r.pinyin = l.pinyin and r.county = l.county and r.birth // 10000 = l.birth // 10000
)
select 'probabilistic', l, r
from met
where lu <> ru;
