-- Suspensions are counted anew in each refresh. Writes: ledger.suspension.
delete from ledger.suspension;
