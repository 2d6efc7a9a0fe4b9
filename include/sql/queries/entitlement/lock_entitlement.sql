-- One computation at a time, and no refresh meanwhile, until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('ledger', 3)), pg_advisory_xact_lock(hashtextextended('entitlement', 9));
