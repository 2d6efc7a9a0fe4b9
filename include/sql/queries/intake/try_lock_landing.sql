-- One poller at a time, until the transaction ends; false when another one is at it.
select pg_try_advisory_xact_lock(hashtextextended('landing', 5)) as is_ours;
