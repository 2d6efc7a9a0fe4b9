-- Sizes of the ledger after a refresh. Reads: ledger.profile, ledger.entry, ledger.flag, followup.item.
select
    (select count(*) from ledger.profile) as children,
    (select count(*) from ledger.entry where left_date is null and tier = 'monitored') as monitored,
    (select count(*) from ledger.entry where left_date is null and tier = 'candidate') as candidates,
    (select count(*) from ledger.flag where status = 'open') as open_flags,
    (select count(*) from followup.item where state in ('queued', 'delivered')) as open_items;
