-- One keeper of the register at a time, until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('register', 6));
