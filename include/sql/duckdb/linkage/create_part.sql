-- Units whose clusters are found together: whole components, so that no answer depends on the parts. Reads: component.
-- Binds: part, parts.
create or replace temp table part as
select unit from component where hash(component) % $parts::ubigint = $part::ubigint;
