-- Scored edges that are to be scored again, or that no residue asks for any more. Reads: rescored, affected, residue.
-- Writes: edge.
delete from edge
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
