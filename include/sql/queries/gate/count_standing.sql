-- What a county has now, for limits relative to it. Reads: ledger.flag, ledger.profile, conformed.source_record.
select
    (select count(*) from ledger.flag where status = 'open' and county_code = :county_code) as flags,
    (select count(*) from ledger.profile where residence_code = :county_code) as children,
    (
        select count(*)
        from conformed.source_record
        where status = 'in_force'
            and feed = :feed
            and county_code = :county_code
    ) as records;
