-- What was once known of a child goes, when its time to be kept is over. Writes: ledger.version.
delete from ledger.version
where child_id = :child_id;
