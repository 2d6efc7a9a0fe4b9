-- Reads: outgoing. Writes: record.
delete from record where rid in (select rid from outgoing);
