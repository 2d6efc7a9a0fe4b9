-- Records that share a number a child has one of. Reads: seeker, sought. Writes: pair.
insert into pair
with met as (
    select l.rid as seeking, r.rid as sought
    from seeker as l join sought as r on r.school_roll = l.school_roll and r.unit <> l.unit
    union
    select l.rid, r.rid
    from seeker as l join sought as r on r.birth_certificate = l.birth_certificate and r.unit <> l.unit
    union
    select l.rid, r.rid from seeker as l join sought as r on r.vaccination = l.vaccination and r.unit <> l.unit
    union
    select l.rid, r.rid
    from seeker as l join sought as r on r.disability_certificate = l.disability_certificate and r.unit <> l.unit
    union
    select l.rid, r.rid from seeker as l join sought as r on r.health_record = l.health_record and r.unit <> l.unit
    union
    select l.rid, r.rid from seeker as l join sought as r on r.insurance = l.insurance and r.unit <> l.unit
)
select 'number', seeking, sought
from met;
