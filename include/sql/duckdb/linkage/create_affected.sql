-- Loose units whose exact evidence may have changed. Reads: touched, rechecked, lost_edge, edge, unit.
create or replace temp table affected as
with concerned as (
    select unit from touched
    union
    select unit from rechecked
    union
    select low from lost_edge
    union
    select high from lost_edge
    union
    select low from edge where high in (select unit from touched)
    union
    select high from edge where low in (select unit from touched)
)
select unit.unit
from unit
semi join concerned using (unit)
where not unit.firm;
