-- One file at the gate at a time, until the transaction ends; who waits is measured with who goes first.
select pg_advisory_xact_lock(hashtextextended('gate', 7));
