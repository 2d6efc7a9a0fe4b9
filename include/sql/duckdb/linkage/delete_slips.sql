-- Writes: slip.
delete from slip;
