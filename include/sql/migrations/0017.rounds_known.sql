-- Queue items are kept as each refresh knew them, so that a signed round can be counted again to the last item.
call ledger.keep_versions_of('followup.item');
