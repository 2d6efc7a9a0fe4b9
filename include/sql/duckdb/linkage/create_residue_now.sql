-- Which of the affected units are residue now. Reads: affected, unit, edge. Binds: settled (bits).
create or replace temp table residue_now as
with sure as (
    select low as unit, high as other
    from edge
    where links and weight >= $settled and route not in ('probabilistic', 'judged', 'stated_child') and low in (select unit from affected)
    union all
    select high, low
    from edge
    where links and weight >= $settled and route not in ('probabilistic', 'judged', 'stated_child') and high in (select unit from affected)
), settled as (
    select sure.unit
    from sure
    join unit on unit.unit = sure.other
    where unit.firm
)
select unit
from affected
where unit not in (select unit from settled);
