-- Profiles are computed anew by each refresh. Writes: ledger.profile.
delete from ledger.profile;
