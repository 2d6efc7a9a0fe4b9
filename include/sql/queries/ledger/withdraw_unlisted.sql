-- Flags that a child is on no list, where since the last refresh a list that made the county's lists whole was taken back: it
-- says nothing of anybody any more, so they were never raised. Reads: touched, raised, intake.receipt, ledger.refresh.
-- Writes: ledger.flag.
-- Binds: as_of, list_feeds (rule → feed, rules/absence.yaml).
update ledger.flag as flag
set status = 'withdrawn', ended_date = CAST(:as_of AS date)
where flag.status = 'open'
    and flag.child_id in (select child_id from touched)
    and CAST(:list_feeds AS jsonb) ? flag.flag_code
    and not exists (
        select 1
        from raised
        where raised.child_id = flag.child_id
            and raised.flag_code = flag.flag_code
            and raised.evidence_fingerprint = flag.evidence_fingerprint
    )
    and exists (
        select 1
        from intake.receipt as receipt
        where receipt.feed = CAST(:list_feeds AS jsonb) ->> flag.flag_code
            and receipt.county_code = flag.county_code
            and receipt.withdrawn_at > (select refreshed_at from ledger.refresh where is_head)
            and receipt.as_of_date <= flag.raised_date
    );
