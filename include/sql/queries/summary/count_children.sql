-- Children by tier and the review backlog. Reads: ledger.profile, ledger.entry, ledger.standing, identity.pair.
select
    (select count(*) from ledger.profile) as children,
    (select count(*) from ledger.entry where left_date is null and tier = 'monitored') as monitored,
    (select count(*) from ledger.entry where left_date is null and tier = 'candidate') as candidates,
    (select count(*) from ledger.standing where left_date is null and tier = 'statistical') as statistical,
    (select count(*) from ledger.standing where left_date is null and tier = 'key_care') as key_care,
    (select count(*) from identity.pair) as review;
