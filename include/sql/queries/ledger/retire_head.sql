-- The published state steps down within the transaction that publishes the next. Writes: ledger.refresh.
update ledger.refresh
set is_head = false
where is_head;
