-- The same edges, remembered: their clusters must be found again. Reads: edge, rescored, affected, residue.
-- Writes: lost_edge.
insert into lost_edge
select low, high
from edge
where route = 'probabilistic'
    and (
        low in (select unit from rescored)
        or high in (select unit from rescored)
        or (
            (low in (select unit from affected) or high in (select unit from affected))
            and low not in (select unit from residue)
            and high not in (select unit from residue)
        )
    );
