-- Reads: touched. Writes: loose.
delete from loose where unit in (select unit from touched);
