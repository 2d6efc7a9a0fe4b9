-- Children by tier and the review backlog. Reads: ledger.profile, ledger.entry, identity.pair.
select
    (select count(*) from ledger.profile) as children,
    (select count(*) from ledger.entry where left_date is null and tier = 'monitored') as monitored,
    (select count(*) from ledger.entry where left_date is null and tier = 'candidate') as candidates,
    (select count(*) from identity.pair) as review;
