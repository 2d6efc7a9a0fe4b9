-- Sizes of the ledger after a refresh. Reads: ledger.profile, ledger.entry, ledger.standing, ledger.flag, followup.item.
with entered as (
    select
        count(*) filter (where tier = 'monitored') as monitored,
        count(*) filter (where tier = 'candidate') as candidates
    from ledger.entry
    where left_date is null
),
stood as (
    select
        count(*) filter (where tier = 'statistical') as statistical,
        count(*) filter (where tier = 'key_care') as key_care
    from ledger.standing
    where left_date is null
)
select
    (select count(*) from ledger.profile) as children,
    entered.monitored,
    entered.candidates,
    stood.statistical,
    stood.key_care,
    (select count(*) from ledger.flag where status = 'open') as open_flags,
    (select count(*) from followup.item where state in ('queued', 'delivered')) as open_items
from entered, stood;
