-- Reads: affected, touched. Writes: residue.
delete from residue where unit in (select unit from affected union all select unit from touched);
