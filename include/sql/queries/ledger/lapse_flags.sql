-- Open flags of touched children whose evidence no longer holds: not solved, only no longer known. Reads: touched, raised. Writes: ledger.flag.
update ledger.flag as flag
set status = 'lapsed', ended_date = CAST(:as_of AS date)
where flag.status = 'open'
    and flag.child_id in (select child_id from touched)
    and not exists (
        select 1
        from raised
        where raised.child_id = flag.child_id
            and raised.flag_code = flag.flag_code
            and raised.evidence_fingerprint = flag.evidence_fingerprint
    );
