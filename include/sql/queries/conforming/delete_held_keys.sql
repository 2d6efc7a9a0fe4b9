-- Keys an earlier try held back. Writes: conformed.held_key.
delete from conformed.held_key
where receipt_id = :receipt_id;
