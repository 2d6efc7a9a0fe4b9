-- Writes: divided.
delete from divided;
