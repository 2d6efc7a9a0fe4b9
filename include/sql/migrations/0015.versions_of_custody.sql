-- What was believed of who answered for whom is never lost, as for facts, entries and flags.
call ledger.keep_versions_of('ledger.custody');
call ledger.keep_versions_of('ledger.offer');
