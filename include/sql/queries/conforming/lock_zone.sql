-- One writer at a time for a feed and county, until the transaction ends.
select pg_advisory_xact_lock(hashtextextended(:zone, 1));
