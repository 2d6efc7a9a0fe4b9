-- One keeper of the rounds at a time, until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('rounds', 7));
