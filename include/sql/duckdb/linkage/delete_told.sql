-- Writes: told.
delete from told;
