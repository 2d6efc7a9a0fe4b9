-- Sizes of the ledger after a refresh. Reads: ledger.profile, ledger.entry, ledger.standing, ledger.flag, followup.item.
select
    (select count(*) from ledger.profile) as children,
    (select count(*) from ledger.entry where left_date is null and tier = 'monitored') as monitored,
    (select count(*) from ledger.entry where left_date is null and tier = 'candidate') as candidates,
    (select count(*) from ledger.standing where left_date is null and tier = 'statistical') as statistical,
    (select count(*) from ledger.standing where left_date is null and tier = 'key_care') as key_care,
    (select count(*) from ledger.flag where status = 'open') as open_flags,
    (select count(*) from followup.item where state in ('queued', 'delivered')) as open_items;
