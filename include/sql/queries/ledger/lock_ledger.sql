-- One refresh at a time, and none while identities change, until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('ledger', 3)), pg_advisory_xact_lock(hashtextextended('identity', 2));
