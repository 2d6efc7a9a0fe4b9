-- One run at a time, until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('tickets', 8));
