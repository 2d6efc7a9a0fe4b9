-- Reads: outgoing. Writes: repairable.
delete from repairable where rid in (select rid from outgoing);
