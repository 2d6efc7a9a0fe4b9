-- Reads: touched. Writes: unit.
delete from unit where unit in (select unit from touched);
